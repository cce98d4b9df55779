import type { Entity } from "./kind";

type All<Spec> = ReadonlyMap<string, Entity<Spec>>;

/**
 * Groups entities of a kind by something of theirs, in the order of their keys. Made once for a map of entities,
 * however many ask: who compares each with each waits for ever at a large site.
 */
export function grouping<Spec>(groupOf: (spec: Spec) => string | undefined) {
  const known = new WeakMap<All<Spec>, ReadonlyMap<string, Entity<Spec>[]>>();
  return (all: All<Spec>, group: string): readonly Entity<Spec>[] => {
    const groups = known.get(all) ?? groupsOf(all, groupOf);
    known.set(all, groups);
    return groups.get(group) ?? [];
  };
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
