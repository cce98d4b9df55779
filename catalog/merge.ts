import type { Path } from "../kinds/kind";
import { type Entry, mapNode, type Node } from "./node";

/** A `null` in a patch that finds nothing to remove, and an item of a list that a patch replaced. */
export interface MergeNotes {
  /** A `null` at this path removes nothing. */
  removesNothing(path: Path, entry: Entry): void;
  /** The list at this path replaces an earlier one. */
  replacesList?(path: Path, earlier: Node, later: Entry): void;
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
  if (patch.type !== "map") return patch;
  const target = base?.type === "map" ? base : undefined;
  const entries = new Map<string, Entry>(target?.entries ?? []);
  for (const [key, entry] of patch.entries) {
    const here = [...path, key];
    const earlier = entries.get(key);
    if (isNull(entry.value) && !keepsNull(here)) {
      if (!entries.delete(key)) notes.removesNothing(here, entry);
      continue;
    }
    if (earlier?.value.type === "list" && entry.value.type === "list")
      notes.replacesList?.(here, earlier.value, entry);
    const value = mergePatch(earlier?.value, entry.value, notes, keepsNull, here);
    entries.set(key, { at: entry.at, value });
  }
  return mapNode(target && patch.entries.size === 0 ? target : patch, entries);
}

export function isNull(node: Node): boolean {
  return node.type === "scalar" && node.value === null;
}
