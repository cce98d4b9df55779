import type { MapNode, Node, Source } from "../catalog/node";
import type { Path } from "../kinds/kind";
import { type Addition, insertions, isRefusal, type Refusal, type Replacement, together } from "./additions";
import { scalarText, spansOf } from "./scalars";

/** Changes to the text of one file: only what changes is touched, every other byte stays. */
export class FileEdit {
  private readonly scalars = new Map<number, string>();
  /** Where the tree has each scalar that is replaced. */
  private readonly paths = new Map<number, Set<string>>();
  private additions: Addition = {};

  /** `written` is the tree of the file as it stands, `root` the one that paths are of. */
  constructor(
    readonly source: Source,
    private readonly written: MapNode,
    readonly root = written,
  ) {}

  get isEmpty(): boolean {
    return this.scalars.size === 0 && Object.keys(this.additions).length === 0;
  }

  /** How many scalars are replaced. */
  get replaced(): number {
    return this.scalars.size;
  }

  /** The lines that are added. */
  get added(): Addition {
    return this.additions;
  }

  /** Replaces the scalar or key at an offset. An alias has one in several places: each is named by its path. */
  replace(offset: number, path: Path, text: string): void {
    this.scalars.set(offset, text);
    const paths = this.paths.get(offset) ?? new Set();
    this.paths.set(offset, paths.add(JSON.stringify(path)));
  }

  /** Adds entries; blocks that are missing are made. */
  add(entries: Addition): void {
    this.additions = together(this.additions, entries);
  }

  /** The text after all changes, or the place at which one cannot be made. */
  apply(): string | Refusal {
    const spans = spansOf(this.source);
    const replacements: Replacement[] = [];
    for (const [offset, text] of this.scalars) {
      const span = spans.get(offset);
      if (!span) return { offset, message: "this does not stand on one line, so it cannot be replaced" };
      replacements.push({ start: span.start, end: span.end, text: scalarText(text, span.style) });
    }
    for (const { offset, path } of placesIn(this.root, [])) {
      const paths = this.paths.get(offset);
      if (paths && !paths.has(JSON.stringify(path)))
        return {
          offset,
          message: `an alias uses this as \`${path.join(".")}\` too, which means something else`,
        };
    }
    for (const insertion of insertions(this.source, this.written, this.additions)) {
      if (isRefusal(insertion)) return insertion;
      replacements.push(insertion);
    }
    return applied(this.source.text, replacements);
  }
}

/** Every key and scalar of a tree with its path, aliases followed. */
function* placesIn(node: Node, path: Path): Iterable<{ offset: number; path: Path }> {
  if (node.type === "scalar") {
    // What is empty has no place of its own.
    if (node.value !== null) yield { offset: node.offset, path };
  } else if (node.type === "list")
    for (const [index, item] of node.items.entries()) yield* placesIn(item, [...path, index]);
  else
    for (const [key, { at, value }] of node.entries) {
      yield { offset: at.offset, path: [...path, key] };
      yield* placesIn(value, [...path, key]);
    }
}

/** From the end to the start, so that no change moves the place of another. */
function applied(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { start, end, text: inner } of [...replacements].sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + inner + result.slice(end);
  return result;
}
