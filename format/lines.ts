import { indentOf, withoutEnd } from "./spaces";
import type { Span, Syntax } from "./syntax";

type LineKind = "blank" | "comment" | "content";

/** The lines of a text, counted from 0, and what each of them is. */
export class Lines {
  readonly starts: number[] = [0];
  private readonly texts: readonly string[];
  private readonly spans = new Map<number, Span>();

  constructor({ text, spans }: Syntax) {
    this.texts = text.split("\n");
    for (const line of this.texts) this.starts.push((this.starts.at(-1) ?? 0) + line.length + 1);
    for (const span of spans) {
      const last = this.lineOf(Math.max(span.start, span.end - 1));
      // The text within brackets comes after the brackets and says more of its lines.
      for (let line = this.lineOf(span.start) + 1; line <= last; line++) this.spans.set(line, span);
    }
  }

  /** How many lines there are; the empty rest after the last line break is none. */
  get count(): number {
    return this.texts.length - (this.texts.at(-1) === "" ? 1 : 0);
  }

  start(line: number): number {
    return this.starts[line] ?? this.starts.at(-1) ?? 0;
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.texts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How many characters stand before the first that is no white space. */
  column(line: number): number {
    return indentOf(this.texts[line] ?? "");
  }

  kind(line: number): LineKind {
    if (this.spans.has(line)) return "content";
    const text = this.texts[line] ?? "";
    const first = text[indentOf(text)];
    return first === undefined ? "blank" : first === "#" ? "comment" : "content";
  }

  /** The line, without white space at its end where that means nothing. */
  text(line: number): string {
    const text = this.texts[line] ?? "";
    const own = this.spans.get(line);
    const next = this.spans.get(line + 1);
    // A line break within quotes is one only if the text goes on below it.
    const isText = own?.isBlock === true || (next?.verbatim === true && !next.isBlock);
    return isText ? text : withoutEnd(text);
  }

  /** Does the line belong to a block that keeps the blank lines at its end? */
  isKept(line: number): boolean {
    return this.spans.get(line)?.keeps === true;
  }
}
