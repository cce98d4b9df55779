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

function shape(node: Node): string {
  return JSON.stringify(node, (name, value: unknown) =>
    name === "source" || name === "offset" ? undefined : value instanceof Map ? [...value] : value,
  );
}
