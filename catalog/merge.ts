import type { Path } from "../kinds/kind";
import { type Entry, type ListNode, mapNode, type Node, type Origin } from "./node";

/** What a merge asks and tells on its way. */
export interface MergeNotes {
  /** Does a `null` that finds nothing to remove stay, for a later check to find it? */
  keepsUseless?(path: Path): boolean;
  /** The list at this path, whose key stands at `at`, replaces an earlier one, whose key stands at `earlierAt`. */
  replacesList?(path: Path, earlier: ListNode, later: ListNode, at: Origin, earlierAt: Origin): void;
}

/**
 * JSON Merge Patch (RFC 7396) on trees: maps merge, scalars and lists replace, `null` removes. Every value keeps
 * the origin of the layer that wrote it. Where `keepsNull` holds, `null` is data and stays.
 */
export function mergePatch(
  base: Node | undefined,
  patch: Node,
  notes: MergeNotes,
  keepsNull: (path: Path) => boolean,
  path: Path = [],
): Node {
  // Most files lie over nothing and hold no null: they are what they are.
  if (patch.type !== "map" || (base === undefined && !holdsNull(patch))) return patch;
  const target = base?.type === "map" ? base : undefined;
  const entries = new Map<string, Entry>(target?.entries ?? []);
  const removed = new Map<string, Origin>(target?.removed ?? []);
  for (const [key, entry] of patch.entries) {
    const here = [...path, key];
    const earlier = entries.get(key);
    if (isNull(entry.value) && !keepsNull(here)) {
      if (entries.delete(key)) removed.set(key, entry.at);
      else if (notes.keepsUseless?.(here)) entries.set(key, entry);
      continue;
    }
    if (earlier?.value.type === "list" && entry.value.type === "list")
      notes.replacesList?.(here, earlier.value, entry.value, entry.at, earlier.at);
    const value = mergePatch(earlier?.value, entry.value, notes, keepsNull, here);
    // A block that two layers write stands where the earlier one has it: what both lack is missing there.
    const isBlock = earlier?.value.type === "map" && value.type === "map";
    entries.set(key, { at: isBlock ? earlier.at : entry.at, value });
  }
  return mapNode(target ?? patch, entries, removed);
}

/** Does a path lead below one of some others? */
export function isBelow(path: Path, others: readonly Path[]): boolean {
  return others.some(
    (other) => other.length < path.length && other.every((step, index) => step === path[index]),
  );
}

function holdsNull(node: Node): boolean {
  if (node.type === "scalar") return node.value === null;
  if (node.type === "list") return false;
  for (const { value } of node.entries.values()) if (holdsNull(value)) return true;
  return false;
}

export function isNull(node: Node): boolean {
  return node.type === "scalar" && node.value === null;
}
