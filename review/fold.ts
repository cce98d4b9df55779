/** Equal changes in several environments are one; the order of all. */
import { compare } from "../catalog/problem";
import type { EntityChange } from "./model";
import { isDestructive, widens } from "./words";

/** The changes of several environments: equal ones folded, the destructive first, then by kind and key. */
export function folded(changes: readonly EntityChange[], kinds: readonly string[]): EntityChange[] {
  const found = new Map<string, EntityChange>();
  for (const change of changes) {
    const same = anywhere(change);
    const earlier = found.get(same);
    const environments = [...new Set([...(earlier?.environments ?? []), ...change.environments])].sort(
      compare,
    );
    found.set(same, { ...(earlier ?? ordered(change)), environments });
  }
  const all = sameCauses([...found.values()]);
  const place = (kind: string) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);
  return all.sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      place(a.kind) - place(b.kind) ||
      compare(a.kind, b.kind) ||
      compare(a.key, b.key) ||
      compare(a.environments.join(), b.environments.join()),
  );
}

/** A cause that says the same in several environments is one, though it touches others in each of them. */
function sameCauses(changes: readonly EntityChange[]): EntityChange[] {
  const groups = new Map<string, EntityChange[]>();
  for (const [index, change] of changes.entries()) {
    const { touches: _, objects: __, notes: ___, ...rest } = change;
    const same = change.touches ? anywhere({ ...rest, objects: [], notes: [] }) : String(index);
    groups.set(same, [...(groups.get(same) ?? []), change]);
  }
  return [...groups.values()].map(joined);
}

function joined(some: readonly EntityChange[]): EntityChange {
  const [first, ...more] = some;
  if (!first) throw new Error("no change to join");
  if (more.length === 0) return first;
  const environments = [...new Set(some.flatMap((one) => one.environments))].sort(compare);
  const notes = first.notes.filter((note) => some.every((one) => one.notes.includes(note)));
  const others = some.flatMap((one) =>
    one.notes
      .filter((note) => !notes.includes(note))
      .map((note) => `In ${one.environments.join(", ")}: ${note.charAt(0).toLowerCase()}${note.slice(1)}`),
  );
  return ordered({
    ...first,
    environments,
    objects: partsOf(some, environments, (one) => one.objects),
    touches: partsOf(some, environments, (one) => one.touches ?? []),
    notes: [...others, ...notes],
  });
}

/** What several changes hold, each once, with its environments where they are not all. */
function partsOf<Part extends object>(
  some: readonly EntityChange[],
  all: readonly string[],
  of: (change: EntityChange) => readonly Part[],
): (Part & { environments?: string[] })[] {
  const found = new Map<string, { part: Part; environments: string[] }>();
  for (const change of some)
    for (const part of of(change)) {
      const same = JSON.stringify(part);
      const earlier = found.get(same)?.environments ?? [];
      found.set(same, { part, environments: [...earlier, ...change.environments].sort(compare) });
    }
  return [...found.values()].map(({ part, environments }) =>
    environments.length === all.length ? part : { ...part, environments },
  );
}

/** The same bytes, whatever order they were found in. */
function ordered(change: EntityChange): EntityChange {
  const { values, objects, touches } = change;
  return {
    ...change,
    values: [...values].sort((a, b) => compare(a.path, b.path) || compare(a.object ?? "", b.object ?? "")),
    objects: [...objects].sort((a, b) => compare(a.address, b.address) || compare(a.does, b.does)),
    ...(touches
      ? { touches: [...touches].sort((a, b) => compare(a.kind, b.kind) || compare(a.key, b.key)) }
      : {}),
  };
}

/** What happens, without where: an environment's own files are called alike. */
function anywhere(change: EntityChange): string {
  const { environments, ...rest } = ordered(change);
  const text = JSON.stringify({ ...rest, key: rest.kind === "environment" ? "" : rest.key });
  return environments.reduce(
    (some, name) => some.replaceAll(`"environments/${name}/`, '"environments/*/'),
    text,
  );
}

function rankOf(change: EntityChange): number {
  if (change.is === "removed") return 0;
  if (change.is === "replaced") return 1;
  if (isDestructive(change)) return 2;
  return widens(change) ? 3 : 4;
}
