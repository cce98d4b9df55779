import type { Block, Item, Layout, Note } from "./layout";
import { indentOf } from "./spaces";

const STEP = 2;

/** The text of a layout: two spaces a level, lists below their keys, blank lines never twice. */
export function printed({ head, block, foot }: Layout): string {
  const lines = [...head];
  if (block) writeBlock(block, 0, lines);
  for (const line of foot) lines.push(line);
  // A blank line at the end is text only where a block keeps it.
  while (lines.at(-1) === "" && !(block && foot.length === 0 && endsKept(block))) lines.pop();
  return `${lines.join("\n")}\n`;
}

function writeBlock({ items, tail }: Block, column: number, lines: string[]): void {
  for (const [index, written] of items.entries()) {
    const item = afterItem(items[index - 1], written);
    writeNotes(item.lead, column, lines);
    writeItem(item, column, lines);
  }
  const last = items.at(-1);
  writeNotes(last && isKept(last) ? withoutBlankStart(tail) : tail, column, lines);
}

function writeItem(
  { head, inner, isInline, rest, column: was }: Item,
  column: number,
  lines: string[],
): void {
  const indent = " ".repeat(column);
  const at = lines.length;
  if (!isInline) lines.push(indent + head);
  for (const line of rest) lines.push(shifted(line, column - was));
  if (inner) writeBlock(inner, column + STEP, lines);
  if (isInline) lines[at] = `${indent}${head} ${(lines[at] ?? "").slice(column + STEP)}`;
}

/** A line moved sideways; an empty one stays empty. */
function shifted(line: string, by: number): string {
  if (by >= 0) return line === "" ? "" : " ".repeat(by) + line;
  return line.slice(Math.min(indentOf(line), -by));
}

/** Comments stand where the items stand; deeper ones below the first of them keep their distance, one at the margin stays. */
function writeNotes(notes: readonly Note[], column: number, lines: string[]): void {
  let first: number | undefined;
  for (const { text, column: was } of notes) {
    if (text === "") first = undefined;
    else if (was > 0) first = Math.min(first ?? was, was);
    const indent = text === "" || was === 0 ? 0 : column + was - (first ?? was);
    lines.push(" ".repeat(indent) + text);
  }
}

export function withoutBlankStart(notes: readonly Note[]): readonly Note[] {
  return notes[0]?.text === "" ? notes.slice(1) : notes;
}

/** An item as it may stand after another: after a text that keeps its blank lines one more would be text. */
export function afterItem(before: Item | undefined, item: Item): Item {
  return before && isKept(before) ? { ...item, lead: withoutBlankStart(item.lead) } : item;
}

function endsKept({ items, tail }: Block): boolean {
  const last = items.at(-1);
  return tail.every(({ text }) => text === "") && last !== undefined && isKept(last);
}

function isKept({ inner, keeps }: Item): boolean {
  return inner ? endsKept(inner) : keeps;
}
