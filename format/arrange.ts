import type { Block, Item, Nested, Note } from "./layout";
import type { Order } from "./order";
import { afterItem, withoutBlankStart } from "./print";
import { withoutEnd } from "./spaces";

/** What the arrangement of a file wants. */
export interface Wish {
  readonly order: Order;
  /** Blocks to be moved up; empty if they shall stay. */
  readonly nested: Nested;
  /** The top keys are blocks of their own, whose comments are theirs: they are always put in order. */
  readonly hasBlocks: boolean;
}

export interface Arranged {
  readonly block: Block;
  /** What was done, in words. */
  readonly changes: readonly string[];
  /** How many blocks were moved up. */
  readonly moved: number;
}

/** Moves nested blocks up and puts keys in order. */
export function arranged(block: Block, { order, nested, hasBlocks }: Wish): Arranged {
  const { items, changes } = lifted(block.items, nested);
  const moved = changes.length;
  const top = ordered({ ...block, items }, order, [], changes, hasBlocks);
  return { block: top, changes, moved };
}

/** Moves nested blocks to the end of the top, as `moveUp` does. */
function lifted(items: readonly Item[], nested: Nested): { items: readonly Item[]; changes: string[] } {
  let top = items;
  const isSpaced = items.some(({ lead }, index) => index > 0 && lead[0]?.text === "");
  const changes: string[] = [];
  for (const [name, parents] of Object.entries(nested)) {
    for (const parent of parents) {
      const outer = top.find(({ key }) => key === parent);
      const inner = outer?.inner?.items.find(({ key }) => key === name);
      if (!outer || !inner || isEmpty(inner) || top.some(({ key }) => key === name)) continue;
      const rest = withoutItem(outer, inner);
      const lead = isSpaced ? [BLANK, ...withoutBlankStart(inner.lead)] : inner.lead;
      top = [...top.map((item) => (item === outer ? rest : item)), { ...inner, lead }];
      changes.push(`\`${name}\` moves out of \`${parent}\``);
    }
  }
  return { items: top, changes };
}

/** An empty block is a slip of the indentation, which `moveUp` leaves where it is. */
function isEmpty({ head, inner, rest }: Item): boolean {
  const isBare = rest.every((line) => /^\s*(#.*)?$/.test(line)) && (inner?.items.length ?? 0) === 0;
  return isBare && /:\s*(&\S+\s*)?(~|null|Null|NULL)?\s*(#.*)?$/.test(head);
}

/** An item without one entry of its block; an empty map remains an empty map. */
function withoutItem(outer: Item, gone: Item): Item {
  const { inner } = outer;
  if (!inner) return outer;
  const left = inner.items.filter((item) => item !== gone);
  const items = left.map((item, index) => afterItem(left[index - 1], item));
  if (items.length > 0) return { ...outer, inner: { ...inner, items } };
  const comment = /\s#/.exec(outer.head);
  const own = withoutEnd(comment ? outer.head.slice(0, comment.index) : outer.head);
  const head = `${own} {}${comment ? outer.head.slice(comment.index) : ""}`;
  const rest = inner.tail.map(({ text, column }) => " ".repeat(text === "" ? 0 : column) + text);
  return { ...outer, head, inner: undefined, rest };
}

/** A block with its keys in order, and so all that it holds. */
function ordered(
  block: Block,
  order: Order | undefined,
  path: readonly string[],
  changes: string[],
  isTop = false,
): Block {
  if (!order) return block;
  const items = order.keys && (isTop || !isDivided(block)) ? sorted(block.items, order.keys) : block.items;
  const isChanged = items.some((item, index) => item !== block.items[index]);
  // Blocks that move up are in order thereby.
  if (isChanged && !(isTop && changes.length > 0))
    changes.push(path.length === 0 ? "order of the blocks" : `order of \`${path.join(".")}\``);
  const spaced = isChanged ? separatedAs(block.items, items) : items;
  const within = spaced.map((item) => {
    const below =
      block.type === "list" ? order.items : item.key === undefined ? undefined : order.of(item.key);
    const name = item.key === undefined ? path : [...path, item.key];
    return item.inner ? { ...item, inner: ordered(item.inner, below, name, changes) } : item;
  });
  return { ...block, items: within };
}

/** Comments and blank lines among keys divide them into groups: who wrote them chose the order. */
function isDivided({ items, tail }: Block): boolean {
  return tail.length > 0 || items.some(({ lead }) => lead.length > 0);
}

function sorted(items: readonly Item[], keys: readonly string[]): readonly Item[] {
  const rank = ({ key }: Item) => {
    if (key === "<<") return -1;
    const index = key === undefined ? -1 : keys.indexOf(key);
    return index < 0 ? keys.length : index;
  };
  const found = [...items].sort((a, b) => rank(a) - rank(b));
  return keepsNames(items, found) ? found : items;
}

/** An alias must not come before its anchor: items that share a name keep their order. */
function keepsNames(items: readonly Item[], found: readonly Item[]): boolean {
  const places = new Map(found.map((item, place) => [item, place]));
  const last = new Map<string, number>();
  return items.every((item) =>
    [...new Set(namesIn(item))].every((name) => {
      const place = places.get(item) ?? -1;
      const before = last.get(name) ?? -1;
      last.set(name, place);
      return before < place;
    }),
  );
}

function namesIn({ names, inner }: Item): string[] {
  return [...names, ...(inner?.items ?? []).flatMap(namesIn)];
}

/** Blank lines stay between the places where they were; with blocks that are new there, between all, if there were any. */
function separatedAs(before: readonly Item[], items: readonly Item[]): readonly Item[] {
  const blanks = before.map(({ lead }) => lead[0]?.text === "");
  return items.map((item, index) => {
    const lead = withoutBlankStart(item.lead);
    return { ...item, lead: index > 0 && blanks[index] ? [BLANK, ...lead] : lead };
  });
}

const BLANK: Note = { text: "", column: 0 };
