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
  const place = (kind: string) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);
  return [...found.values()].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      place(a.kind) - place(b.kind) ||
      compare(a.kind, b.kind) ||
      compare(a.key, b.key) ||
      compare(a.environments.join(), b.environments.join()),
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
