/** Texts in the cells of a terminal: how many they take, lines that fit, tables. */

/** Characters that take no cell, and those that take two. */
const NONE = /^(\p{Mn}|\p{Me})$/u;
const TWO =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60\uffe0-\uffe6]$/u;

/** How many cells a text takes. */
export function cells(text: string): number {
  if (/^[\u0020-\u02ff\u2010-\u2027\u2190-\u21ff]*$/.test(text)) return text.length;
  return [...text].reduce((sum, one) => sum + (NONE.test(one) ? 0 : TWO.test(one) ? 2 : 1), 0);
}

/** The text, followed by as many blanks as it lacks. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cells(text)));
}

/** How lines of a paragraph begin: the first, and those after it. */
export interface Indent {
  readonly first: string;
  readonly hang: string;
}

/** Lines of whole words. A word that is longer than a line stays whole: it may be a path, to be copied. */
export function wrapped(text: string, width: number, indent: Indent): string[] {
  return joined(text.split(" "), " ", width, indent);
}

/** Pieces that stay whole, with a separator between them, in lines. */
export function joined(
  pieces: readonly string[],
  separator: string,
  width: number,
  { first, hang }: Indent,
): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const piece of pieces) {
    const longer: string = line === undefined ? first + piece : line + separator + piece;
    if (line !== undefined && cells(longer + separator.trimEnd()) > width && line.trim() !== "") {
      lines.push((line + separator).trimEnd());
      line = hang + piece;
    } else line = longer;
  }
  return line === undefined ? lines : [...lines, line.trimEnd()];
}

/** A cell of a table in lines no wider than it: cut behind what parts words, else anywhere. */
function cellLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.split(/(?<=[ /,._:-])/)) {
    if (line !== "" && cells((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
    while (cells(line.trimEnd()) > width) {
      const head = headOf(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return line.trimEnd() === "" && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}

function headOf(text: string, width: number): string {
  let head = "";
  for (const one of text) {
    if (head !== "" && cells(head + one) > width) break;
    head += one;
  }
  return head;
}

/** The narrowest that a column becomes to let the others fit. */
const NARROW = 8;

/** The lines of each row of a table: columns with two blanks between; a long cell takes several lines. */
export function table(rows: readonly (readonly string[])[], width: number): string[][] {
  const widths = (rows[0] ?? []).map((_, at) =>
    rows.reduce((most, row) => Math.max(most, cells(row[at] ?? "")), 0),
  );
  const gaps = 2 * (widths.length - 1);
  for (let over = sum(widths) + gaps - width; over > 0; over--) {
    const widest = Math.max(...widths);
    if (widest <= NARROW) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return rows.map((row) => rowLines(row, widths));
}

function rowLines(row: readonly string[], widths: readonly number[]): string[] {
  const columns = widths.map((one, at) => cellLines(row[at] ?? "", one));
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, at) => padded(column[line] ?? "", widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
