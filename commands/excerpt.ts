/** A line of a file with a mark under the place of a problem, safe to show on a terminal. */
import { SECRET_WORD } from "../kinds/secrecy";
import { printable } from "./terminal-text";

/** A line as it is shown, and the mark below it. */
export interface Excerpt {
  readonly line: string;
  readonly mark: string;
}

/** The most characters of a line that are shown; what is cut is marked. */
const WIDTH = 160;

/** Where a place in a long line is shown: this far from the left. */
const LEAD = 60;

/** The longest mark. */
const LONGEST = 60;

/** A value that a key calls secret. */
const SECRET_VALUE = new RegExp(`((?:${SECRET_WORD})[\\w-]*["']?\\s*:\\s*)(?![\\s|>#])\\S.*$`, "i");

/** User information in a URL, or what looks like it. */
const USER_INFORMATION = /(:\/\/|["'\s])[^/\s"'@]*:[^/\s"'@]*@/g;

/** Shows a line around a column, which counts UTF-16 units from 1; undefined if there is nothing to see. */
export function excerpt(source: string, column: number): Excerpt | undefined {
  if (source.trim() === "") return undefined;
  const hidden = source.replace(SECRET_VALUE, "$1\u2026").replace(USER_INFORMATION, "$1\u2026@");
  const start = column > WIDTH - LEAD ? Math.max(0, wholeAt(hidden, column - 1 - LEAD)) : 0;
  const end = wholeAt(hidden, start + WIDTH);
  const shown = `${start > 0 ? "\u2026" : ""}${hidden.slice(start, end)}${end < hidden.length ? "\u2026" : ""}`;
  // What stands behind something hidden has no place any more.
  if (hidden.slice(0, column - 1) !== source.slice(0, column - 1)) return { line: withTabs(shown), mark: "" };
  const before = `${start > 0 ? " " : ""}${blank(hidden.slice(start, column - 1))}`;
  const length = cells(marked(hidden.slice(column - 1, end)));
  return { line: withTabs(shown), mark: before + "^".repeat(Math.max(1, Math.min(length, LONGEST))) };
}

/** An index that does not cut a character in two. */
function wholeAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index;
}

/** A line without what a terminal would obey, but for tabs: the mark below it has them too. */
function withTabs(text: string): string {
  return text.split("\t").map(printable).join("\t");
}

/** Characters that take no cell of a terminal, and those that take two. */
const NONE = /^(\p{Mn}|\p{Me}|[\u200b-\u200d])$/u;
const TWO =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u;

function cellsOf(character: string): number {
  return character < "\u0300" ? 1 : NONE.test(character) ? 0 : TWO.test(character) ? 2 : 1;
}

function cells(text: string): number {
  return [...text].reduce((sum, character) => sum + cellsOf(character), 0);
}

/** As many blanks as a text takes; a tab stays one. */
function blank(text: string): string {
  return [...text].map((character) => (character === "\t" ? "\t" : " ".repeat(cellsOf(character)))).join("");
}

/** What stands at a place: a key without its colon, a quoted text, a plain scalar to its end. */
function marked(rest: string): string {
  const key = /^[^\s"'[{,:]+(?=:(\s|$))/.exec(rest) ?? /^("[^"]*"|'[^']*')/.exec(rest);
  return (key ?? /^[^,\]}]*?(?=\s*($|[,\]}]|\s#))/.exec(rest))?.[0] ?? "";
}
