import type { Json, ValueChange } from "./model";
import { lacking } from "./values";

/** Keys by which people tell the entries of a list apart. */
const NAMES = ["name", "id", "mapping-id", "key", "type"];

/** What may stand for an entry: a short text that cannot be taken for the end of its own brackets. */
const LABEL = /^[^[\]]{1,60}$/;

type Item = { readonly [key: string]: Json };

/**
 * What changes within the entries of a list. An entry that is gone and one that came and is like it are one entry that changed,
 * of which only what differs is told: `routes[198.51.100.0/24].next_hop`. Other changes stay as they are.
 */
export function withinItems(change: ValueChange): ValueChange[] {
  const { items, unit: _, ...rest } = change;
  const pairs = items ? pairsOf(items.removed, items.added) : [];
  if (!items || pairs.length === 0) return [change];
  const paired = new Set(pairs.flat());
  const isLeft = (one: Json) => !isItem(one) || !paired.has(one);
  const left = { added: items.added.filter(isLeft), removed: items.removed.filter(isLeft) };
  return [
    ...pairs.flatMap(([was, is]) =>
      differences(was, is, { ...rest, path: `${rest.path}[${label(was, is)}]` }),
    ),
    ...(left.added.length + left.removed.length > 0 ? [{ ...change, items: left }] : []),
  ];
}

function differences(was: Json | undefined, is: Json | undefined, at: ValueChange): ValueChange[] {
  if (textOf(was) === textOf(is)) return [];
  if (isItem(was) && isItem(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
    return keys.flatMap((key) => differences(was[key], is[key], { ...at, path: `${at.path}.${key}` }));
  }
  if (Array.isArray(was) && Array.isArray(is)) {
    const items = { added: lacking(is, was, textOf), removed: lacking(was, is, textOf) };
    // The same entries in another order differ as a whole.
    if (items.added.length + items.removed.length > 0) return withinItems({ ...at, items });
  }
  return [
    {
      ...at,
      ...(was === undefined ? {} : { before: { value: was } }),
      ...(is === undefined ? {} : { after: { value: is } }),
    },
  ];
}

/** Entries that are one, before and after: each with the one that it is most like. */
function pairsOf(removed: readonly Json[], added: readonly Json[]): [Item, Item][] {
  const left = new Set(added.filter(isItem));
  return removed.filter(isItem).flatMap((was): [Item, Item][] => {
    let [best, most]: [Item | undefined, number] = [undefined, 0];
    for (const is of left) {
      const likeness = likenessOf(was, is);
      if (likeness > most) [best, most] = [is, likeness];
    }
    if (best === undefined || most < 0.5) return [];
    left.delete(best);
    return [[was, best]];
  });
}

/** From 0, nothing is equal, to 1, all is. Who has a name is whoever has the same. */
function likenessOf(was: Item, is: Item): number {
  const isEqual = (key: string) => textOf(was[key]) === textOf(is[key]);
  if (was["name"] !== undefined && is["name"] !== undefined) return isEqual("name") ? 1 : 0;
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return Math.max(keys.filter(isEqual).length / keys.length, sharedLeaves(was, is));
}

/** How much of what two values hold at the bottom is the same, wherever in its list it stands. */
function sharedLeaves(was: Json, is: Json): number {
  const [old, fresh] = [leavesOf(was), leavesOf(is)];
  const left = new Map<string, number>();
  for (const leaf of fresh) left.set(leaf, (left.get(leaf) ?? 0) + 1);
  const shared = old.filter((leaf) => {
    const count = left.get(leaf) ?? 0;
    left.set(leaf, count - 1);
    return count > 0;
  });
  return (2 * shared.length) / Math.max(1, old.length + fresh.length);
}

function leavesOf(value: Json, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, `${path}[]`));
  if (!isItem(value)) return [`${path} ${textOf(value)}`];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, `${path}.${key}`));
}

/** What an entry is called: by its name, else by the first text that did not change. */
function label(was: Item, is: Item): string {
  const texts = [...NAMES, ...Object.keys(is)].flatMap((key) => (was[key] === is[key] ? [is[key]] : []));
  return texts.find((text): text is string => typeof text === "string" && LABEL.test(text)) ?? "…";
}

function textOf(value: Json | undefined): string | undefined {
  return JSON.stringify(value);
}

function isItem(value: Json | undefined): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
