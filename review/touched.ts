/** Who is to blame: entities that change only because another one did are told with that one. */
import { plural } from "../kinds/names";
import type { Compared } from "./compare";
import type { EntityChange, EntityName, ObjectChange, ValueChange } from "./model";

/** The changes of an environment, each told once, where it was caused. */
export function underTheirCauses(all: readonly Compared[]): EntityChange[] {
  const known = new Map(all.map((one) => [markOf(one.change), one]));
  const touched = new Map<string, EntityChange[]>();
  const told: EntityChange[] = [];
  for (const one of all) {
    const parts = one.isOwn ? undefined : partsOf(one, known);
    if (!parts) told.push(one.change);
    else for (const [root, part] of parts) touched.set(root, [...(touched.get(root) ?? []), part]);
  }
  const roots = told.map((change) => withTouched(change, touched.get(markOf(change)) ?? []));
  const missing = [...touched].filter(([mark]) => !known.has(mark));
  return [...roots, ...missing.map(([mark, some]) => withTouched(madeUp(mark, some), some))];
}

/** What each of several others did to an entity; undefined: nobody is to blame. */
function partsOf(
  one: Compared,
  known: ReadonlyMap<string, Compared>,
): ReadonlyMap<string, EntityChange> | undefined {
  const { change, relates } = one;
  const parts = new Map<string, EntityChange>();
  const partOf = (cause: EntityName | undefined): EntityChange | undefined => {
    const root = cause && rootOf(markOf(cause), known);
    if (root === undefined || root === markOf(change)) return undefined;
    const part = parts.get(root) ?? { ...change, values: [], objects: [] };
    parts.set(root, part);
    return part;
  };
  const causeOf = ({ address }: ObjectChange) => {
    const to = relates.get(address);
    return to && known.has(markOf(to)) ? to : undefined;
  };
  const left: EntityChange = { ...change, values: [], objects: [] };
  for (const value of change.values) (partOf(value.by) ?? left).values.push(value);
  for (const object of change.objects) (partOf(causeOf(object)) ?? left).objects.push(object);
  const [first] = parts.values();
  if (!first) return undefined;
  // What has no cause of its own follows from what has one: a quota's object from its values.
  first.values.push(...left.values);
  first.objects.push(...left.objects);
  return parts;
}

/** The entity at the end of the chain of causes: a flavor is touched by its class, its accesses by the flavor. */
function rootOf(first: string, known: ReadonlyMap<string, Compared>): string {
  const seen = new Set<string>();
  let cause = first;
  while (!seen.has(cause)) {
    seen.add(cause);
    const next = known.get(cause);
    const further = next && !next.isOwn ? causeOf(next, known) : undefined;
    if (further === undefined) return cause;
    cause = further;
  }
  return cause;
}

function causeOf({ change, relates }: Compared, known: ReadonlyMap<string, Compared>): string | undefined {
  const own = markOf(change);
  const givers = change.values.flatMap(({ by }) => (by ? [markOf(by)] : []));
  const related = [...relates.values()].map(markOf).filter((mark) => known.has(mark));
  return [...givers, ...related].find((mark) => mark !== own);
}

function withTouched(change: EntityChange, touched: readonly EntityChange[]): EntityChange {
  if (touched.length === 0) return change;
  const given = touched.flatMap(({ values }) =>
    values.filter(({ by }) => by && markOf(by) === markOf(change)),
  );
  const forcing = new Set(given.flatMap(({ path, forces }) => (forces ? [path] : [])));
  const accesses = new Map(given.map((value) => [sameValue(value), value.access]));
  return {
    ...change,
    values: change.values.map((value) => {
      // A default of the environment gives nobody anything by itself: those who have it do.
      const access = value.access ?? accesses.get(sameValue(value));
      return {
        ...value,
        ...(forcing.has(value.path) ? { forces: true as const } : {}),
        ...(access ? { access } : {}),
      };
    }),
    objects: [...change.objects, ...touched.flatMap(({ objects }) => objects)],
    notes: [...change.notes, ...reachOf(touched), ...new Set(touched.flatMap(({ notes }) => notes))],
    touches: touched.map(({ kind, key, is }) => ({ kind, key, ...(is === "changed" ? {} : { is }) })),
  };
}

/** What a value is called at its end, and what it was and is: the same for who gives it and who has it. */
function sameValue({ path, before, after, items }: ValueChange): string {
  return JSON.stringify([path.split(".").at(-1), before, after, items]);
}

/** `It replaces 31 flavors and 1,204 flavor accesses.` */
function reachOf(touched: readonly EntityChange[]): string[] {
  const whole = touched.filter(({ is }) => is === "replaced");
  const changed = touched.filter(({ is, values }) => is !== "replaced" && values.length > 0);
  const nodes = new Set(whole.flatMap(({ objects }) => objects.slice(0, 1).map(({ address }) => address)));
  const objects = touched.flatMap((one) => one.objects).filter(({ address }) => !nodes.has(address));
  const sentences: string[] = [];
  const replaced = [...counted(whole.map(({ kind }) => kind)), ...countedObjects(objects, "replace")];
  if (replaced.length > 0) sentences.push(`It replaces ${listed(replaced)}.`);
  const destroyed = countedObjects(objects, "destroy");
  if (destroyed.length > 0) sentences.push(`It destroys ${listed(destroyed)}.`);
  const others = counted(changed.map(({ kind }) => kind));
  if (others.length > 0) sentences.push(`It changes ${listed(others)}.`);
  const created = countedObjects(objects, "create");
  if (created.length > 0) sentences.push(`It creates ${listed(created)}.`);
  return sentences;
}

function countedObjects(objects: readonly ObjectChange[], does: ObjectChange["does"]): string[] {
  return counted(objects.filter((one) => one.does === does).map(({ address }) => sortOf(address)));
}

/** What a Terraform type is, in words: `flavor access` of `openstack_compute_flavor_access_v2`. */
export function sortOf(address: string): string {
  const type = address.split(".")[0] ?? address;
  return type
    .replace(/^(openstack_[a-z]+|kubernetes)_/, "")
    .replace(/_v\d+$/, "")
    .replaceAll("_", " ");
}

function counted(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => thousands(plural(count, word)));
}

/** `1204 flavors` with a comma: large numbers are what a reviewer looks for. */
function thousands(text: string): string {
  return text.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
}

function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** The change of what is to blame and changes nothing by itself: the environment's defaults, a class in a plan. */
function madeUp(mark: string, some: readonly EntityChange[]): EntityChange {
  const { kind, key }: EntityName = JSON.parse(mark);
  const given = some.flatMap(({ values }) => values.filter(({ by }) => by?.kind === kind && by.key === key));
  const values = new Map<string, ValueChange>();
  for (const { by: _, argument: __, object: ___, ...value } of given) {
    const same = JSON.stringify([value.path, value.before, value.after, value.items]);
    if (!values.has(same)) values.set(same, value);
  }
  const [first] = some;
  const place = given.find((one) => one.place)?.place;
  return {
    environments: first?.environments ?? [],
    ...{ kind, key, is: "changed", protected: false },
    ...(place ? { place: { file: place.file, line: 1, column: 1 } } : {}),
    ...{ values: [...values.values()], objects: [], notes: [] },
  };
}

function markOf({ kind, key }: EntityName): string {
  return JSON.stringify({ kind, key });
}
