/** Texts of the data, made fit to be shown: nothing in them acts, and nothing in them is invisible. */

/**
 * What a terminal, a browser or an eye would obey or not see: controls, marks of direction, what has no width, and spaces
 * that are not the space.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]|\u034f|[\ufe00-\ufe0f]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text in one line; what acts or cannot be seen stands there as its escape: `\n`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSEEN, (character) => NAMED[character] ?? escapeOf(character));
}

/** Would the text not be seen as it is? */
export function isPlain(text: string): boolean {
  return printable(text) === text;
}

/** The lines of a text that may have several. */
export function printableLines(text: string): string[] {
  const lines = text
    .split(/\r\n|\n/)
    .map((line) => printable(line.replace(/\t/g, "  ")))
    .map((line) => line.trimEnd());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function escapeOf(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** At most so many characters; what is cut at the end is marked. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, wholeAt(text, Math.max(0, most - 1)))}…` : text;
}

/** The same, cut at the beginning: the end of a path says most. */
export function cutBefore(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.length - Math.max(0, most - 1);
  return `…${text.slice(wholeAt(text, start) === start ? start : start + 1)}`;
}

/** An index that does not cut a character in two. */
function wholeAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}
