import type { Path, Place } from "../kinds/kind";

/** A file as it was read: its text, and the place of each offset in it. */
export class Source {
  private starts: number[] | undefined;

  /** `file` is relative to the root, with `/` between its parts. */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** The place of an offset in the text; line and column count from 1. */
  place(offset: number): Place {
    this.starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }

  /** The text of a line, counted from 1. */
  line(number: number): string {
    this.starts ??= lineStarts(this.text);
    const start = this.starts[number - 1] ?? 0;
    return this.text.slice(start, this.starts[number] ?? this.text.length).replace(/\r?\n$/, "");
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

/** Where a node or a key begins. */
export interface Origin {
  readonly source: Source;
  readonly offset: number;
}

interface Common extends Origin {
  /** Nodes in the tree below and including this one, aliases followed. */
  readonly size: number;
  /** Levels of the tree below and including this one, aliases followed. */
  readonly depth: number;
}

export interface ScalarNode extends Common {
  readonly type: "scalar";
  readonly value: string | number | boolean | null;
  /** Written without quotes: `yes`, not `"yes"`. */
  readonly plain: boolean;
}

export interface ListNode extends Common {
  readonly type: "list";
  readonly items: readonly Node[];
}

export interface MapNode extends Common {
  readonly type: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  /** Keys that an earlier layer had and a `null` took away, with the place of the `null`. */
  readonly removed?: ReadonlyMap<string, Origin> | undefined;
}

/** A key of a map: its own place, and what stands behind it. */
export interface Entry {
  readonly at: Origin;
  readonly value: Node;
}

/** A value of a YAML file with its origin. Trees are immutable and share branches (aliases, layers). */
export type Node = ScalarNode | ListNode | MapNode;

export function mapNode(
  at: Origin,
  entries: ReadonlyMap<string, Entry>,
  removed?: ReadonlyMap<string, Origin>,
): MapNode {
  let size = 1;
  let depth = 0;
  for (const { value } of entries.values()) {
    size += value.size;
    depth = Math.max(depth, value.depth);
  }
  const node = {
    type: "map",
    source: at.source,
    offset: at.offset,
    entries,
    size,
    depth: depth + 1,
  } as const;
  return removed && removed.size > 0 ? { ...node, removed } : node;
}

/** Where a `null` took away what is missing at a path, if one did. */
export function removedAt(root: Node, path: Path): Origin | undefined {
  const block = nodeAt(root, path.slice(0, -1));
  return block?.type === "map" ? block.removed?.get(String(path.at(-1))) : undefined;
}

export function listNode(at: Origin, items: readonly Node[]): ListNode {
  let size = 1;
  let depth = 0;
  for (const item of items) {
    size += item.size;
    depth = Math.max(depth, item.depth);
  }
  return { type: "list", source: at.source, offset: at.offset, items, size, depth: depth + 1 };
}

/** The plain value of a tree. Keys that mean something to JavaScript objects were refused when it was read. */
export function dataOf(node: Node): unknown {
  if (node.type === "scalar") return node.value;
  if (node.type === "list") return node.items.map(dataOf);
  const data: Record<string, unknown> = {};
  node.entries.forEach(({ value }, key) => {
    data[key] = dataOf(value);
  });
  return data;
}

/** The node at a path, or undefined where there is none. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && child(node, step)?.value;
  return node;
}

function child(node: Node, step: string | number): Entry | undefined {
  if (node.type === "map") return node.entries.get(String(step));
  const item = node.type === "list" ? node.items[Number(step)] : undefined;
  return item && { at: item, value: item };
}

/**
 * Where a path of a document was written: the value, if it is a scalar or an item of a list; the key, if a map
 * or a list stands behind it; the key of the innermost block that lacks it, if it is absent.
 */
export function originOf(root: Node, path: Path, on: "value" | "key" = "value"): Origin {
  let at: Origin = root;
  let node: Node = root;
  for (const [index, step] of path.entries()) {
    const entry = child(node, step);
    if (!entry) return at;
    const last = index === path.length - 1;
    const isValue = last && on === "value" && entry.value.type === "scalar" && entry.value.value !== null;
    at = isValue && sameFile(entry) ? entry.value : entry.at;
    node = entry.value;
  }
  return at;
}

/** An alias's value stands elsewhere in its file; what a person wrote here is the key. */
function sameFile(entry: Entry): boolean {
  return entry.value.source === entry.at.source && entry.value.offset >= entry.at.offset;
}

export function placeOf(origin: Origin): Place {
  return origin.source.place(origin.offset);
}
