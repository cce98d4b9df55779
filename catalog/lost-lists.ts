import type { ListNode, Node } from "./node";

/** What is wrong with a list that replaces an earlier one and lacks values of it; undefined: it keeps them all. */
export function listLost(
  earlier: ListNode,
  later: ListNode,
): { readonly code: "list-replaced"; readonly message: string; readonly help: string } | undefined {
  const kept = new Set(later.items.map(shape));
  if (earlier.items.every((item) => kept.has(shape(item)))) return undefined;
  const { file, line } = earlier.source.place(earlier.offset);
  return {
    code: "list-replaced",
    message: `this list replaces the one at ${file}:${line}, whose values are lost`,
    help: "repeat the values that are still wanted, or say why not under `metadata: accept: {list-replaced: …}`",
  };
}

function shape(node: Node): string {
  return JSON.stringify(node, (name, value: unknown) =>
    name === "source" || name === "offset" ? undefined : value instanceof Map ? [...value] : value,
  );
}
