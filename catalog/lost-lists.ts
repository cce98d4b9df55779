import type { Place } from "../kinds/kind";
import { type ListNode, type Node, type Origin, placeOf } from "./node";

interface Lost {
  readonly code: "list-replaced";
  readonly message: string;
  readonly help: string;
  readonly related: Place & { readonly message: string };
}

/** What is wrong with a list that replaces an earlier one and lacks values of it; undefined: it keeps them all. */
export function listLost(earlier: ListNode, later: ListNode, earlierAt: Origin): Lost | undefined {
  const kept = new Set(later.items.map(shape));
  if (earlier.items.every((item) => kept.has(shape(item)))) return undefined;
  return {
    code: "list-replaced",
    message: "this list replaces an earlier one, whose values are lost",
    help: 'repeat the values that are still wanted, or say why not: `metadata: {accept: {list-replaced: "…"}}`',
    related: { ...placeOf(earlierAt), message: "the list that is lost" },
  };
}

/** What a node says, wherever it stands: `yes` and `"yes"` are two things. */
function shape(node: Node): string {
  if (node.type === "scalar") return `${node.plain ? "" : "quoted "}${JSON.stringify(node.value)}`;
  if (node.type === "list") return `[${node.items.map(shape).join()}]`;
  return `{${[...node.entries].map(([key, { value }]) => `${JSON.stringify(key)}: ${shape(value)}`).join()}}`;
}
