/** How a file is laid out: blocks of items, each with its lines and the comments above it. */
import { CST } from "yaml";
import { Lines } from "./lines";
import { indentOf, withoutEnd } from "./spaces";
import { endOf, type Mark, type Syntax } from "./syntax";

/** A comment on a line of its own, or a blank line (an empty text). */
export interface Note {
  readonly text: string;
  readonly column: number;
}

/** A map or a list that is written as lines. */
export interface Block {
  readonly type: "map" | "list";
  readonly items: readonly Item[];
  /** Comments after its last item. */
  readonly tail: readonly Note[];
}

/** An entry of a map or an item of a list: its first line, and what stands below it. */
export interface Item {
  /** Comments above it. */
  readonly lead: readonly Note[];
  readonly key: string | undefined;
  /** What stands on its first line, from its own beginning: `key: value`, or `-` alone before `inner`. */
  readonly head: string;
  /** Where it began. */
  readonly column: number;
  /** The block below it, or after the dash on its first line (`isInline`). */
  readonly inner: Block | undefined;
  readonly isInline: boolean;
  /** Its other lines, if it is no block: the rest of a text or of a map in brackets. */
  readonly rest: readonly string[];
  /** The anchors and aliases in it, but for those of its inner block. */
  readonly names: readonly string[];
  /** It ends with a text that keeps the blank lines after it. */
  readonly keeps: boolean;
}

/** A whole file. `block` is undefined if its top is not written as lines. */
export interface Layout {
  /** What stands above the first key: directives, a licence, a schema's name. */
  readonly head: readonly string[];
  readonly block: Block | undefined;
  /** All lines from the first key on, if they are no block; otherwise what follows `...`. */
  readonly foot: readonly string[];
}

/** Blocks that may be nested below others, by name, with the names of those others. */
export type Nested = Readonly<Record<string, readonly string[]>>;

export function layoutOf(syntax: Syntax, nested: Nested): Layout {
  return new Builder(syntax, nested).layout();
}

/** A comment that means the file and not the block below it. */
const OF_THE_FILE = /yaml-language-server|SPDX|copyright|licen[cs]e|-\*-|vim:|^#!/i;

interface Start {
  readonly item: CST.CollectionItem;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

class Builder {
  private readonly lines: Lines;

  constructor(
    private readonly syntax: Syntax,
    private readonly nested: Nested,
  ) {
    this.lines = new Lines(syntax);
  }

  layout(): Layout {
    const { root, end, text } = this.syntax;
    const starts = isBlock(root) ? this.starts(root) : undefined;
    const first = starts?.[0]?.line ?? 0;
    const lead = this.ownLead(first);
    const limit = end < text.length ? this.lines.lineOf(end) : this.lines.count;
    const block = isBlock(root) && starts ? this.block(root, lead, limit, []) : undefined;
    if (!block) return { head: [], block, foot: this.texts(0, this.lines.count) };
    return { head: this.texts(0, lead), block, foot: this.texts(limit, this.lines.count) };
  }

  /** The line at which the comment of the first block begins: a comment of the whole file stays where it is. */
  private ownLead(first: number): number {
    let line = first;
    while (line > 0 && this.lines.kind(line - 1) === "comment") line--;
    const isOfFile = this.texts(line, first).some((text) => OF_THE_FILE.test(text));
    return isOfFile ? first : line;
  }

  /** The lines of a stretch as they are, blank ones never twice. */
  private texts(from: number, to: number): string[] {
    const texts: string[] = [];
    for (let line = from; line < to; line++) {
      const isSecond = this.lines.kind(line) === "blank" && (line === from || this.isBlank(line - 1));
      if (!isSecond || (line === from && from > 0)) texts.push(this.lines.text(line));
    }
    return texts;
  }

  private isBlank(line: number): boolean {
    return this.lines.kind(line) === "blank";
  }

  private notes(from: number, to: number): Note[] {
    const notes: Note[] = [];
    for (let line = from; line < to; line++) {
      const own = this.lines.text(line);
      const text = withoutEnd(own.slice(indentOf(own)));
      if (text !== "" || notes.at(-1)?.text !== "") notes.push({ text, column: this.lines.column(line) });
    }
    return notes;
  }

  /** The block that stands from one line to another; undefined if it is written in a way that is left alone. */
  private block(
    token: CST.BlockMap | CST.BlockSequence,
    from: number,
    limit: number,
    path: readonly string[],
  ): Block | undefined {
    const starts = this.starts(token, from);
    const first = starts?.[0];
    if (!starts || !first) return undefined;
    for (let line = from; line < first.line; line++) {
      if (this.lines.kind(line) === "content") return undefined;
    }
    const items: Item[] = [];
    let lead = from;
    for (const [index, start] of starts.entries()) {
      const end = this.end(start, starts[index + 1]?.line ?? limit);
      items.push(this.item(start, this.notes(lead, start.line), end, path));
      lead = end;
    }
    const type = token.type === "block-map" ? "map" : "list";
    return { type, items, tail: this.notes(lead, limit) };
  }

  /** The line after an item: comments below it belong to it where they stand deeper than it does. */
  private end({ line, column }: Start, next: number): number {
    let end = next;
    while (end - 1 > line && this.lines.kind(end - 1) !== "content") end--;
    for (let below = end; below < next; below++) {
      if (this.isBlank(below)) continue;
      if (this.lines.column(below) <= column) break;
      end = below + 1;
    }
    return end;
  }

  /** Where the items of a block begin; undefined unless each begins a line, all in one column. */
  private starts(token: CST.BlockMap | CST.BlockSequence, inlineAt = -1): Start[] | undefined {
    const starts: Start[] = [];
    for (const item of token.items) {
      const first = firstToken(item);
      if (!first && !item.value) continue;
      if (!first || !(token.type === "block-seq" ? isPlainItem(item) : isPlainEntry(item))) return undefined;
      const line = this.lines.lineOf(first.offset);
      const column = first.offset - this.lines.start(line);
      const isAlone = this.lines.column(line) === column;
      const isInline = starts.length === 0 && line === inlineAt;
      if (!isAlone && !isInline) return undefined;
      const before = starts.at(-1);
      if (before && (before.line === line || before.column !== column)) return undefined;
      starts.push({ item, offset: first.offset, line, column });
    }
    return starts.length === 0 ? undefined : starts;
  }

  private item(start: Start, lead: readonly Note[], end: number, path: readonly string[]): Item {
    const { item, offset, line, column } = start;
    const key = isFlowScalar(item.key) ? (CST.resolveAsScalar(item.key)?.value ?? undefined) : undefined;
    const below = key === undefined ? [...path, ""] : [...path, key];
    const keeps = end - 1 > line && this.lines.isKept(end - 1);
    const common = { lead, key, column, keeps };
    const unfolded = this.unfolded(item, below);
    if (unfolded) {
      const last = this.lines.lineOf(unfolded.end);
      const after = this.lines.text(last).slice(unfolded.end - this.lines.start(last));
      const tail = this.notes(last + 1, end);
      const inner: Block = { type: "map", items: unfolded.items, tail };
      const names = this.names(offset, item.value?.offset ?? offset);
      return { ...common, names, head: unfolded.head + after, inner, isInline: false, rest: [] };
    }
    const { value } = item;
    const valueLine = isBlock(value) ? this.starts(value, line)?.[0]?.line : undefined;
    const isInline = valueLine === line;
    const inner =
      isBlock(value) && valueLine !== undefined && !(isInline && item.key)
        ? this.block(value, isInline ? line : line + 1, end, below)
        : undefined;
    if (inner && isInline) return { ...common, names: [], head: "-", inner, isInline, rest: [] };
    const head = this.head(item, offset, line);
    const names = this.names(offset, this.lines.start(inner ? line + 1 : end));
    return { ...common, names, head, inner, isInline: false, rest: inner ? [] : this.rest(line + 1, end) };
  }

  /** The names of anchors and aliases between two places. */
  private names(from: number, to: number): string[] {
    const { marks } = this.syntax;
    const names: string[] = [];
    for (let index = firstFrom(marks, from); (marks[index]?.offset ?? to) < to; index++) {
      names.push(marks[index]?.name ?? "");
    }
    return names;
  }

  private rest(from: number, to: number): string[] {
    const rest: string[] = [];
    for (let line = from; line < to; line++) {
      if (!this.isBlank(line) || !this.isBlank(line - 1)) rest.push(this.lines.text(line));
    }
    return rest;
  }

  /** The first line of an item, with one space after its colon or dash. */
  private head(item: CST.CollectionItem, offset: number, line: number): string {
    const colon = item.sep?.find(({ type }) => type === "map-value-ind");
    const own = item.key ? `${this.syntax.text.slice(offset, endOf(item.key))}:` : "-";
    const after = this.lines.text(line).slice((colon?.offset ?? offset) + 1 - this.lines.start(line));
    return own + spaced(after);
  }

  /** A map in brackets that holds a block to be moved up, written as lines. */
  private unfolded(
    { key, value, start }: CST.CollectionItem,
    path: readonly string[],
  ): { head: string; end: number; items: readonly Item[] } | undefined {
    if (!key || value?.type !== "flow-collection" || !this.holdsNested(value, path)) return undefined;
    const { text, comments } = this.syntax;
    const [from, end] = [value.offset, endOf(value)];
    const holdsComment = comments.some(({ offset }) => offset > from && offset < end);
    const items = value.items.filter((item) => item.key);
    if (holdsComment || value.start.type !== "flow-map-start" || !items.every(isPlainEntry)) return undefined;
    // An anchor or a tag between the key and its brackets stays with the key.
    const between = text
      .slice(endOf(key), from)
      .replace(/^\s*:\s*/, ": ")
      .trimEnd();
    const head = text.slice(beginOf(start, key), endOf(key)) + between;
    return { head, end, items: items.map((item) => this.unfoldedItem(item, path)) };
  }

  private holdsNested({ items }: CST.FlowCollection, path: readonly string[]): boolean {
    const parent = path.at(-1) ?? "";
    const [outer] = path;
    if (path.length > 2 || (path.length === 2 && !this.nested[parent]?.includes(outer ?? ""))) return false;
    return items.some(
      ({ key }) => isFlowScalar(key) && this.nested[CST.resolveAsScalar(key)?.value ?? ""]?.includes(parent),
    );
  }

  private unfoldedItem(item: CST.CollectionItem, path: readonly string[]): Item {
    const { key, value, sep, start } = item;
    const { text } = this.syntax;
    const name = isFlowScalar(key) ? (CST.resolveAsScalar(key)?.value ?? "") : "";
    const parts = [key, ...(sep ?? []).filter(isMeaningful), value];
    const from = key ? beginOf(start, key) : 0;
    const to = Math.max(...parts.map((part) => (part ? endOf(part) : 0)));
    const common = { lead: [], key: name, column: 0, isInline: false, keeps: false };
    const unfolded = this.unfolded(item, [...path, name]);
    if (unfolded) {
      const inner: Block = { type: "map", items: unfolded.items, tail: [] };
      const names = this.names(from, value?.offset ?? from);
      return { ...common, names, head: unfolded.head, inner, rest: [] };
    }
    const own = key ? text.slice(from, endOf(key)) : "";
    const after = text.slice(key ? endOf(key) : from, to).replace(/^\s*:?\s*/, "");
    const [head = "", ...rest] = withoutEnd(`${own}: ${after}`).split("\n");
    return { ...common, names: this.names(from, to), head: withoutEnd(head), inner: undefined, rest };
  }
}

/** The index of the first mark that does not stand before a place. */
function firstFrom(marks: readonly Mark[], from: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.offset ?? from) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where an entry begins: at its anchor or tag, if it has one. */
function beginOf(start: readonly CST.SourceToken[], key: CST.Token): number {
  const first = start.find((token) => isMeaningful(token) && token.type !== "comma");
  return first?.offset ?? key.offset;
}

/** What follows a colon or a dash: one space before a value, as many as there are before a comment. */
function spaced(after: string): string {
  const text = after.slice(indentOf(after));
  if (text === "" || text === after) return text === "" ? "" : after;
  return text.startsWith("#") ? after : ` ${text}`;
}

function isBlock(token: CST.Token | undefined): token is CST.BlockMap | CST.BlockSequence {
  return token?.type === "block-map" || token?.type === "block-seq";
}

function isFlowScalar(token: CST.Token | null | undefined): token is CST.FlowScalar {
  return CST.isScalar(token) && token.type !== "block-scalar";
}

function isMeaningful({ type }: { type: string }): boolean {
  return type !== "space" && type !== "newline" && type !== "comment";
}

function firstToken({ start, key }: CST.CollectionItem): CST.Token | undefined {
  return start.find(isMeaningful) ?? key ?? undefined;
}

/** `key: …` with its colon on the line where it begins, without a `?` before it. */
function isPlainEntry({ start, key, sep }: CST.CollectionItem): boolean {
  const isSimple = isFlowScalar(key) && !key.source.includes("\n") && !(key.end ?? []).some(isBreak);
  const colon = (sep ?? []).findIndex(({ type }) => type === "map-value-ind");
  const before = [...start.slice(start.findIndex(isMeaningful)), ...(sep ?? []).slice(0, Math.max(0, colon))];
  const isExplicit = start.some(({ type }) => type === "explicit-key-ind");
  const isFlow = start.some(({ type }) => type === "comma");
  const isOnOneLine = isFlow || !start.some(isMeaningful) || !before.some(isBreak);
  return isSimple && !isExplicit && isOnOneLine && (colon >= 0 || isFlow);
}

function isPlainItem({ start }: CST.CollectionItem): boolean {
  return start.find(isMeaningful)?.type === "seq-item-ind";
}

function isBreak({ type }: { type: string }): boolean {
  return type === "newline" || type === "comment";
}
