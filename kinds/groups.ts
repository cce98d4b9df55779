import type { Entity } from "./kind";

type All<Spec> = ReadonlyMap<string, Entity<Spec>>;

/**
 * Groups entities of a kind by something of theirs, in the order of their keys. Made once for a map of entities,
 * however many ask: who compares each with each waits for ever at a large site.
 */
export function grouping<Spec>(groupOf: (spec: Spec) => string | undefined) {
  const groups = once((all: All<Spec>) => groupsOf(all, groupOf));
  return (all: All<Spec>, group: string): readonly Entity<Spec>[] => groups(all).get(group) ?? [];
}

function groupsOf<Spec>(all: All<Spec>, groupOf: (spec: Spec) => string | undefined) {
  const groups = new Map<string, Entity<Spec>[]>();
  for (const entity of all.values()) {
    const group = groupOf(entity.spec);
    if (group === undefined) continue;
    const members = groups.get(group);
    if (members) members.push(entity);
    else groups.set(group, [entity]);
  }
  return groups;
}

/** A function that works once for each thing it is asked about, however many ask: rules ask for each entity anew. */
export function once<Of extends object, Result>(work: (of: Of) => Result): (of: Of) => Result {
  const known = new WeakMap<Of, { readonly result: Result }>();
  return (of) => {
    const found = known.get(of) ?? { result: work(of) };
    known.set(of, found);
    return found.result;
  };
}
