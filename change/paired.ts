import type { Resource } from "../kinds/kind";
import type { NewKeys } from "./keys";

/**
 * The place, among an entity's Terraform objects after a rename, of each one that it has before: by its type, by what
 * it relates to and by the block that it comes from, for some are in the order of names. Undefined: it is gone.
 */
export function pairedWith(
  before: readonly Resource[],
  after: readonly Resource[],
  renaming: NewKeys,
): (number | undefined)[] {
  const free = new Map<string, number[]>();
  for (const [index, resource] of after.entries()) {
    const mark = markOf(resource, (_, key) => key);
    free.set(mark, [...(free.get(mark) ?? []), index]);
  }
  return before.map((resource) => {
    const mark = markOf(resource, (kind, key) => renaming.keyOf(kind, key) ?? key);
    return free.get(mark)?.shift();
  });
}

function markOf({ type, path, to }: Resource, keyOf: (kind: string, key: string) => string): string {
  const block = path.filter((step) => typeof step === "string");
  return JSON.stringify([type, block, to && [to.kind, keyOf(to.kind, to.key)]]);
}
