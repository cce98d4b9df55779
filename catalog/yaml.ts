import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from "js-yaml";
import type { Related } from "../kinds/kind";
import { type Entry, listNode, mapNode, type Node, type Origin, type ScalarNode, type Source } from "./node";
import { plainScalar, type ScalarFault } from "./scalar";
import { closerDrawnUp } from "./yaml-open";
import { explainSyntax } from "./yaml-syntax";

/** What is wrong with a file's YAML; a file has at most one such problem, for the rest may follow from it. */
export interface YamlFault {
  readonly at: Origin;
  readonly message: string;
  readonly help: string;
  /** A second place that it is about. */
  readonly related?: Related | undefined;
}

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/** An event that begins a value, and may give it an anchor. */
type Content =
  | ScalarEvent
  | Extract<Event, { type: typeof EVENT_ID.MAPPING }>
  | Extract<Event, { type: typeof EVENT_ID.SEQUENCE }>;

/** How much one file may hold, and how many characters are parsed for it. */
const LIMITS = { depth: 100, aliases: 100, nodes: 200_000, parsed: 10 * 2 ** 20 };

class Failure extends Error {
  constructor(
    readonly offset: number,
    message: string,
    readonly help: string,
    /** Where the first of two stands. */
    readonly first?: number,
  ) {
    super(message);
  }
}

/** Reads the YAML of a file into a tree in which every value keeps its origin. */
export function readYaml(source: Source): Node | YamlFault {
  try {
    return new Composer(source).compose(eventsOf(source));
  } catch (error) {
    if (error instanceof Failure) {
      const { offset, message, help, first } = error;
      const related = first === undefined ? undefined : { ...source.place(first), message: "the first one" };
      return { at: { source, offset }, message, help, related };
    }
    if (error instanceof YAMLException) return syntaxFault(source, error);
    throw error;
  }
}

/** The parser's events. A bracket that closes too far left is drawn up and the text parsed again, within reason. */
function eventsOf({ file, text }: Source): readonly Event[] {
  let drawn = text;
  for (let left = LIMITS.parsed; ; left -= text.length) {
    try {
      return parseEvents(drawn, { filename: file, maxDepth: LIMITS.depth });
    } catch (error) {
      const isShort = error instanceof YAMLException && error.reason.includes("deficient indentation");
      const next = isShort && left > 0 ? closerDrawnUp(drawn, error.mark?.position ?? 0) : undefined;
      if (next === undefined) throw error;
      drawn = next;
    }
  }
}

export function isFault(result: Node | YamlFault): result is YamlFault {
  return "message" in result;
}

function syntaxFault(source: Source, { reason, mark }: YAMLException): YamlFault {
  if (reason.includes("maxDepth")) {
    const message = "the file nests too deeply";
    const at = { source, offset: mark?.position ?? 0 };
    return { at, message, help: `at most ${LIMITS.depth} levels fit into a file` };
  }
  const { offset, message, help } = explainSyntax(source, mark?.position ?? 0, reason);
  return { at: { source, offset }, message, help };
}

/** Builds the tree of one file out of the parser's events. */
class Composer {
  private readonly anchors = new Map<string, Node | undefined>();
  private aliases = 0;
  private position = 0;
  /** Where the last value began. */
  private last = 0;
  private events: readonly Event[] = [];

  constructor(private readonly source: Source) {}

  compose(events: readonly Event[]): Node {
    this.events = events;
    if (this.next()?.type !== EVENT_ID.DOCUMENT) {
      throw new Failure(0, "the file is empty", "write what belongs into it, or delete it");
    }
    const root = this.node();
    this.position++; // the end of the document
    if (this.next() !== undefined) {
      throw new Failure(
        this.secondDocument(root.offset) ?? this.startOf(this.next()) ?? 0,
        "a second document begins in this file",
        "one file holds one entity: move it to a file of its own",
      );
    }
    return root;
  }

  /** The mark `---` of the document after the one whose content begins at an offset; one may begin without. */
  private secondDocument(first: number): number | undefined {
    const found = /\n---(?=\s|$)/.exec(this.source.text.slice(first));
    return found ? first + found.index + 1 : undefined;
  }

  private next(): Event | undefined {
    return this.events[this.position++];
  }

  private startOf(event: Event | undefined): number | undefined {
    if (!event) return undefined;
    if (event.type === EVENT_ID.SCALAR) return event.valueStart < 0 ? this.last : event.valueStart;
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
    return undefined;
  }

  private node(): Node {
    const event = this.next();
    switch (event?.type) {
      case EVENT_ID.SCALAR:
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return event.anchorStart < 0 ? this.content(event) : this.anchored(event);
      case EVENT_ID.ALIAS:
        return this.alias(event.anchorStart, event.anchorEnd);
      default:
        throw new Failure(0, "the file is empty", "write what belongs into it, or delete it");
    }
  }

  private content(event: Content): Node {
    if (event.type === EVENT_ID.SCALAR) return this.scalar(event);
    if (event.type === EVENT_ID.MAPPING) {
      this.refuseTag(event, "map");
      return this.map(this.at(event.start));
    }
    this.refuseTag(event, "seq");
    return this.list(this.at(event.start));
  }

  private at(offset: number): Origin {
    return { source: this.source, offset };
  }

  private anchored(event: Content): Node {
    const anchor = this.source.text.slice(event.anchorStart, event.anchorEnd);
    this.anchors.set(anchor, undefined);
    const node = this.content(event);
    this.anchors.set(anchor, node);
    return node;
  }

  private alias(start: number, end: number): Node {
    const anchor = this.source.text.slice(start, end);
    if (++this.aliases > LIMITS.aliases) {
      throw new Failure(
        start - 1,
        `more than ${LIMITS.aliases} aliases`,
        "write the values out, or move them into a class or a layer",
      );
    }
    if (!this.anchors.has(anchor)) {
      throw new Failure(
        start - 1,
        `there is no anchor &${anchor} before this alias`,
        `define it above in the same file as &${anchor}, or quote a text that begins with \`*\``,
      );
    }
    const node = this.anchors.get(anchor);
    if (!node)
      throw new Failure(
        start - 1,
        `the alias *${anchor} stands within its own anchor`,
        "a value cannot contain itself",
      );
    if (node.depth > LIMITS.depth)
      throw new Failure(
        start - 1,
        "the aliases nest too deeply",
        `at most ${LIMITS.depth} levels fit into a file`,
      );
    return node;
  }

  private list(at: Origin): Node {
    const items: Node[] = [];
    while (this.events[this.position]?.type !== EVENT_ID.POP) {
      this.passDash();
      items.push(this.node());
    }
    this.position++;
    return this.bounded(listNode(at, items));
  }

  /** An entry with nothing behind its dash begins at the dash. */
  private passDash(): void {
    const event = this.events[this.position];
    if (event?.type !== EVENT_ID.SCALAR || event.valueStart >= 0) return;
    const dash = /^([ \t]*)-(?=\s|$)/gm;
    dash.lastIndex = this.source.text.indexOf("\n", this.last) + 1;
    const found = dash.exec(this.source.text);
    if (found) this.last = found.index + (found[1] ?? "").length;
  }

  private map(at: Origin): Node {
    const entries = new Map<string, Entry>();
    const merged: { node: Node; offset: number }[] = [];
    while (this.events[this.position]?.type !== EVENT_ID.POP) {
      const { key, offset } = this.key();
      const value = this.node();
      if (key === undefined) merged.push({ node: value, offset });
      else if (entries.has(key))
        throw new Failure(
          offset,
          `the key \`${key}\` stands twice in this block`,
          "remove one of the two",
          entries.get(key)?.at.offset,
        );
      else entries.set(key, { at: this.at(offset), value });
    }
    this.position++;
    for (const { node, offset } of merged) this.merge(entries, node, offset);
    return this.bounded(mapNode(at, entries));
  }

  /** The next key; undefined for `<<`, whose map is merged below what is written (YAML's merge key). */
  private key(): { key: string | undefined; offset: number } {
    const event = this.next();
    if (event?.type === EVENT_ID.ALIAS) {
      const node = this.alias(event.anchorStart, event.anchorEnd);
      if (node.type === "scalar") return { key: String(node.value), offset: event.anchorStart - 1 };
    }
    if (event?.type !== EVENT_ID.SCALAR) {
      throw new Failure(
        this.startOf(event) ?? 0,
        "a key that is itself a list or a map",
        "write a plain word as key; quote a text that begins with `[` or `{`",
      );
    }
    this.last = Math.max(this.last, this.colonOf(event) ?? 0);
    const scalar = this.scalar(event, true);
    if (event.anchorStart >= 0)
      this.anchors.set(this.source.text.slice(event.anchorStart, event.anchorEnd), scalar);
    const key = String(scalar.value);
    if (key === "__proto__")
      throw new Failure(
        scalar.offset,
        "the key `__proto__` is refused",
        "choose another key: this one is a trap for programs",
      );
    const isMerge = key === "<<" && event.style === SCALAR_STYLE.PLAIN;
    return { key: isMerge ? undefined : key, offset: scalar.offset };
  }

  /** A key that is not written stands at its colon, before its value. */
  private colonOf(key: ScalarEvent): number | undefined {
    const value = this.startOf(this.events[this.position]);
    return key.valueStart < 0 && value !== undefined ? this.source.text.lastIndexOf(":", value) : undefined;
  }

  private merge(entries: Map<string, Entry>, node: Node, offset: number): void {
    const sources = node.type === "list" ? node.items : [node];
    for (const source of sources) {
      if (source.type !== "map")
        throw new Failure(
          offset,
          "`<<` merges something that is no map",
          "write `<<: *anchor` where the anchor names a map",
        );
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  private bounded<N extends Node>(node: N): N {
    if (node.size > LIMITS.nodes)
      throw new Failure(
        node.offset,
        "the file holds too many values",
        `at most ${LIMITS.nodes} fit, aliases followed`,
      );
    if (node.depth > LIMITS.depth)
      throw new Failure(
        node.offset,
        "the file nests too deeply",
        `at most ${LIMITS.depth} levels fit into a file`,
      );
    return node;
  }

  private scalar(event: ScalarEvent, isKey = false): ScalarNode {
    const text = getScalarValue(this.source.text, event);
    const plain = event.style === SCALAR_STYLE.PLAIN;
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    const offset = this.begin(event, quoted);
    if (!text.isWellFormed())
      throw new Failure(offset, "half a character (a lone surrogate)", "write the whole character");
    const tag = event.tagStart < 0 ? undefined : this.source.text.slice(event.tagStart, event.tagEnd);
    const value = this.tagged(tag, text, plain && !isKey, offset);
    return { type: "scalar", source: this.source, offset, value, plain, size: 1, depth: 1 };
  }

  /** Where a scalar begins: at its quote, at the `|` of a block, and an empty one where the last value began. */
  private begin(event: ScalarEvent, quoted: boolean): number {
    const { text } = this.source;
    const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    let offset = event.valueStart < 0 ? this.last : event.valueStart - (quoted ? 1 : 0);
    if (isBlock) {
      const sign = event.style === SCALAR_STYLE.LITERAL_BLOCK ? "|" : ">";
      offset = text.lastIndexOf(sign, text.lastIndexOf("\n", Math.max(0, event.valueStart - 1)));
    }
    this.last = Math.max(this.last, offset);
    return Math.max(0, offset);
  }

  private tagged(tag: string | undefined, text: string, plain: boolean, offset: number): ScalarNode["value"] {
    if (tag === "!!str" || tag === "!") return text;
    const value = plain || tag !== undefined ? plainScalar(text) : text;
    if (isScalarFault(value)) throw new Failure(offset, value.fault, value.help);
    if (tag === undefined) return value;
    const type =
      value === null
        ? "null"
        : typeof value === "boolean"
          ? "bool"
          : typeof value === "number"
            ? Number.isInteger(value)
              ? "int"
              : "float"
            : "str";
    if (tag === `!!${type}` || (tag === "!!float" && type === "int")) return value;
    throw new Failure(
      offset,
      `the tag ${tag} does not fit here`,
      "leave the tag out; quote a text that looks like something else",
    );
  }

  private refuseTag(event: { tagStart: number; tagEnd: number; start: number }, fits: string): void {
    if (event.tagStart < 0) return;
    const tag = this.source.text.slice(event.tagStart, event.tagEnd);
    if (tag !== `!!${fits}`)
      throw new Failure(event.start, `the tag ${tag} is not known here`, "leave the tag out");
  }
}

function isScalarFault(value: ScalarNode["value"] | ScalarFault): value is ScalarFault {
  return typeof value === "object" && value !== null;
}
