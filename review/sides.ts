/** The two sides of a change, short enough to be read. */
import type { Json, ValueChange } from "./model";
import { printable } from "./printable";
import { seenText, valueText } from "./words";

/** A value before and after, as lines of text. Of a list: what it loses and gains. */
export interface Sides {
  readonly before: string;
  readonly after: string;
}

/** Longer texts are shown around their first difference. */
export const LONG = 100;

/** What gives somebody more is shown whole: a role within a long rule is what a reviewer looks for. */
export const WHOLE = 4000;

/** How much that is equal is shown before the first difference. */
const LEAD = 16;

/** The two sides of a value; of long ones, the window in which they differ. */
export function sidesOf(value: ValueChange, most = LONG): Sides {
  if (value.items) return itemSides(value, value.items, most);
  const before = printable(seenText(value.before, value));
  const after = printable(seenText(value.after, value));
  if (before.length <= most && after.length <= most) return { before, after };
  const start = value.before && value.after ? Math.max(0, firstDifference(before, after) - LEAD) : 0;
  return { before: windowOf(before, start, most), after: windowOf(after, start, most) };
}

function itemSides(value: ValueChange, items: NonNullable<ValueChange["items"]>, most: number): Sides {
  const text = (sign: string, some: readonly Json[]) =>
    some.map((item) => `${sign}${windowOf(printable(valueText(item, value)), 0, most)}`).join(", ");
  return { before: text("-", items.removed), after: text("+", items.added) };
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** A part of a long text, with how long it is. */
function windowOf(text: string, start: number, most: number): string {
  const begin = isLow(text, start) ? start - 1 : start;
  const end = isLow(text, begin + most) ? begin + most - 1 : begin + most;
  const rest = end < text.length ? `… (${text.length} characters)` : "";
  // What would be no shorter is not cut.
  if (begin === 0 && end + rest.length >= text.length) return text;
  return `${begin > 0 ? "…" : ""}${text.slice(begin, end)}${rest}`;
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
