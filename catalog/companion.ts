import { type AnyKind, companionFile } from "./document";
import { type Node, nodeAt } from "./node";

/** The tree of a companion file, looked up from the file that lists it, by its entry's index in the list. */
export function companionNode(
  kind: AnyKind,
  root: Node,
  index: number,
  companions: ReadonlyMap<string, Node | undefined>,
): Node | undefined {
  const item = nodeAt(root, [...(kind.companions ?? []), index]);
  if (item?.type !== "scalar") return undefined;
  const file = companionFile(item.source.file, String(item.value));
  return file === undefined ? undefined : companions.get(file);
}
