import { type CST, Parser } from "yaml";
import { indentOf, withoutEnd } from "./spaces";

/** A stretch of text that no line break within it divides: a text, a block of text, a map or list in brackets. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** White space at the ends of its lines may mean something. */
  readonly verbatim: boolean;
  /** A text below `|` or `>`. */
  readonly isBlock: boolean;
  /** A block whose blank lines at the end are part of the text (`|+`). */
  readonly keeps: boolean;
}

/** An anchor or an alias, by the name they share. */
export interface Mark {
  readonly offset: number;
  readonly name: string;
}

/** A text as YAML's grammar cuts it, white space and comments included. */
export interface Syntax {
  readonly text: string;
  /** The one value of the document. */
  readonly root: CST.Token | undefined;
  readonly comments: readonly Mark[];
  readonly marks: readonly Mark[];
  readonly spans: readonly Span[];
  /** Where `...` ends the document, or the end of the text. */
  readonly end: number;
  /** Whether this parser, too, takes the text for YAML. */
  readonly sound: boolean;
}

/** Cuts a text into its tokens; it never fails, but says whether it is sound. */
export function syntaxOf(text: string): Syntax {
  return new Walk(text).run();
}

class Walk {
  private root: CST.Token | undefined;
  private readonly comments: Mark[] = [];
  private readonly marks: Mark[] = [];
  private readonly spans: Span[] = [];
  private end: number;
  private sound = true;

  constructor(private readonly text: string) {
    this.end = text.length;
  }

  run(): Syntax {
    for (const token of new Parser().parse(this.text)) this.visit(token);
    return {
      text: this.text,
      root: this.root,
      comments: this.comments,
      marks: this.marks,
      spans: this.spans,
      end: this.end,
      sound: this.sound,
    };
  }

  private visit(token: CST.Token): void {
    switch (token.type) {
      case "document":
        this.root ??= token.value;
        this.visitAll([...token.start, ...(token.value ? [token.value] : []), ...(token.end ?? [])]);
        break;
      case "block-map":
      case "block-seq":
        for (const item of token.items) this.visitItem(item);
        break;
      case "flow-collection":
        this.spans.push(span(token, false));
        for (const item of token.items) this.visitItem(item);
        this.visitAll(token.end);
        break;
      case "block-scalar":
        this.spans.push(blockSpan(token));
        this.visitAll(token.props);
        break;
      case "scalar":
      case "single-quoted-scalar":
      case "double-quoted-scalar":
        this.spans.push(span(token, token.type !== "scalar"));
        this.visitAll(token.end ?? []);
        break;
      case "alias":
        this.visitMark(token);
        this.visitAll(token.end ?? []);
        break;
      case "doc-end":
        this.end = Math.min(this.end, token.offset);
        this.visitAll(token.end ?? []);
        break;
      case "error":
      case "flow-error-end":
        this.sound = false;
        break;
      case "anchor":
        this.visitMark(token);
        break;
      case "comment":
        this.comments.push({ offset: token.offset, name: withoutEnd(token.source) });
        break;
    }
  }

  private visitAll(tokens: readonly CST.Token[]): void {
    for (const token of tokens) this.visit(token);
  }

  private visitItem({ start, key, sep, value }: CST.CollectionItem): void {
    this.visitAll([...start, ...(key ? [key] : []), ...(sep ?? []), ...(value ? [value] : [])]);
  }

  private visitMark({ offset, source }: { offset: number; source: string }): void {
    this.marks.push({ offset, name: source.slice(1) });
  }
}

/** Where a value ends that stands on its own: a text or a map or list in brackets. */
export function endOf(token: CST.Token): number {
  if (token.type === "flow-collection") {
    const end = token.end.find(({ type }) => type === "flow-map-end" || type === "flow-seq-end");
    return end ? end.offset + end.source.length : token.offset;
  }
  return token.offset + ("source" in token ? token.source.length : 0);
}

function span(token: CST.Token, verbatim: boolean): Span {
  return { start: token.offset, end: endOf(token), verbatim, isBlock: false, keeps: false };
}

/** A block of text from its `|` to its last line; blank lines after it belong to it only if it keeps them. */
function blockSpan({ offset, props, source }: CST.BlockScalar): Span {
  const length = props.reduce((sum, token) => sum + ("source" in token ? token.source.length : 0), 0);
  const keeps = props.some((token) => token.type === "block-scalar-header" && token.source.includes("+"));
  const end = offset + length + (keeps ? source.length : source.length - blankEnd(source));
  return { start: offset, end, verbatim: true, isBlock: true, keeps };
}

/** How long the blank lines at the end of a block of text are; one that is deeper than its text is text. */
function blankEnd(source: string): number {
  const lines = source.split("\n");
  const first = lines.find((line) => indentOf(line) < line.length) ?? "";
  const indent = indentOf(first);
  let length = 0;
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? "";
    if (indentOf(line) < line.length || (first !== "" && line.length > indent)) break;
    length += line.length + (index > 0 ? 1 : 0);
  }
  return length;
}
