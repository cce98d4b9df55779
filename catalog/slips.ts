import { z } from "zod";
import type { Code } from "../kinds/codes";
import type { Path } from "../kinds/kind";
import { isNull } from "./merge";
import { dataOf, type MapNode, type Node, nodeAt, originOf } from "./node";
import { blocksOf, knownKeys, schemaAt, unwrap } from "./schema-paths";
import { blockAt, knownKeysText, meantKey, visible } from "./wording";

/** What is said of unknown keys, at the place of the first one. */
interface Slip {
  readonly path: Path;
  readonly code: Code;
  readonly message: string;
  readonly help: string;
}

/** Unknown keys of one map. */
interface Unknown {
  readonly path: Path;
  readonly keys: readonly string[];
  /** What is known there instead. */
  readonly known: readonly string[];
}

/** The most unknown keys of one map that are looked at: whoever wrote more has made one mistake many times. */
const MOST = 100;

/** The most keys that a message names. */
const NAMED = 3;

/**
 * Unknown keys, told as the slips that they are: a misspelled key each, and the others of a map together. Where they
 * are known in another block, a line or an indentation was lost. What the block then lacks is excused.
 */
export class Slips {
  readonly told: Slip[] = [];
  private readonly excused: Path[] = [];

  constructor(
    issues: readonly z.core.$ZodIssue[],
    private readonly schema: z.ZodType,
    private readonly root: MapNode,
  ) {
    for (const issue of issues) {
      const unknown = this.unknownOf(issue);
      if (unknown) this.tell(unknown);
    }
  }

  /** Is an issue about unknown keys, and so told already? */
  isAbout(issue: z.core.$ZodIssue): boolean {
    return this.unknownOf(issue) !== undefined;
  }

  /** Is what is missing or empty at a path a part of a slip that is told? */
  excuses(path: Path): boolean {
    const node = nodeAt(this.root, path);
    const isLost = node === undefined || isNull(node);
    return isLost && this.excused.some((excused) => isPrefix(path, excused));
  }

  private unknownOf(issue: z.core.$ZodIssue): Unknown | undefined {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    if (issue.code === "unrecognized_keys")
      return { path, keys: issue.keys.slice(0, MOST), known: knownKeys(this.schema, path) };
    const { keys, known } = (issue.code === "custom" && issue.params) || {};
    return isTexts(keys) && isTexts(known) ? { path, keys: keys.slice(0, MOST), known } : undefined;
  }

  private tell({ path, keys, known }: Unknown): void {
    // Of a file without a single known key, what it lacks is no news.
    const ours = [...this.root.entries.keys()].filter((key) => key !== "metadata");
    if (path.length === 0 && ours.every((key) => keys.includes(key)))
      this.excused.push(...known.map((key) => [key]));
    const others: string[] = [];
    for (const key of keys) {
      const near = meantKey(key, known);
      // `routes` is no misspelled `router` where the line `router:` above it was lost.
      if (near === undefined || this.homesOf(path, key).some((block) => this.isLost(block))) {
        others.push(key);
        continue;
      }
      this.excused.push([...path, near]);
      this.add(path, [key], knownKeysText(known, near));
    }
    for (const group of this.byFile(path, others)) {
      const home = this.homeOf(path, group);
      if (home) this.tellHome(path, group, home);
      else this.add(path, group, knownKeysText(known));
    }
  }

  /** Keys of each file that wrote some: two layers are two slips. */
  private byFile(path: Path, keys: readonly string[]): string[][] {
    const groups = new Map<string, string[]>();
    for (const key of keys) {
      const { file } = originOf(this.root, [...path, key], "key").source;
      groups.set(file, [...(groups.get(file) ?? []), key]);
    }
    return [...groups.values()];
  }

  private add(path: Path, keys: readonly string[], help: string): void {
    const verb = keys.length === 1 ? "is" : "are";
    const noun = keys.length === 1 ? "key" : "keys";
    const message = `the ${noun} ${names(keys)} ${verb} not known ${where(path)}`;
    this.told.push({ path: [...path, keys[0] ?? ""], code: "unknown-key", message, help });
  }

  /** The first of some keys that is known in another block which lacks it, and that block. */
  private homeOf(path: Path, keys: readonly string[]): { key: string; block: Path } | undefined {
    for (const key of keys) {
      const homes = this.homesOf(path, key);
      // A block that is not there, or empty, was meant before one that holds other things.
      const lost = homes.filter((block) => this.isLost(block));
      const [block, other] = lost.length > 0 ? lost : homes;
      if (block && (lost.length > 0 || other === undefined)) return { key, block };
    }
    return undefined;
  }

  /** The other blocks that know a key, lack it, and could hold what is written there. */
  private homesOf(path: Path, key: string): Path[] {
    const isOther = (block: Path) => block.join("\n") !== path.join("\n");
    const isKnown = (block: Path) => knownKeys(this.schema, block).includes(key);
    const isFree = (block: Path) => nodeAt(this.root, [...block, key]) === undefined;
    const value = nodeAt(this.root, [...path, key]);
    const isFit = (block: Path) => value !== undefined && this.fits(value, [...block, key]);
    return blocksOf(this.schema).filter(
      (block) => isOther(block) && isKnown(block) && isFree(block) && isFit(block),
    );
  }

  /** Could a value stand at a path? A map may have mistakes of its own. */
  private fits(value: Node, path: Path): boolean {
    const schema = schemaAt(this.schema, path);
    const inner = schema && unwrap(schema);
    if (isNull(value)) return true;
    if (value.type === "map" && (inner instanceof z.ZodObject || inner instanceof z.ZodRecord)) return true;
    return schema instanceof z.ZodType && schema.safeParse(dataOf(value)).success;
  }

  private isLost(block: Path): boolean {
    const node = nodeAt(this.root, block);
    return node === undefined || isNull(node);
  }

  private tellHome(path: Path, keys: readonly string[], { key, block }: { key: string; block: Path }): void {
    const there = keys.filter((one) => knownKeys(this.schema, block).includes(one));
    for (const one of there) this.excused.push([...block, one]);
    this.excused.push([...path, key]);
    const rest = keys.length - there.length;
    const more = rest > 0 ? ` (and ${rest} more ${rest === 1 ? "key" : "keys"} here)` : "";
    const verb = there.length === 1 ? "belongs" : "belong";
    const target = block.length === 0 ? "at the beginning of a line" : `below \`${block.join(".")}:\``;
    const help =
      block.length === 0
        ? "take the spaces before it away, and two of those before what belongs to it"
        : this.isLost(block)
          ? `write \`${block.at(-1)}:\` and indent what belongs to it below`
          : `move it there: it is not known ${where(path)}`;
    const message = `${names(there)} ${verb} ${target}${more}`;
    this.told.push({ path: [...path, key], code: "unknown-key", message, help });
  }
}

function where(path: Path): string {
  return path.length === 0 ? "here" : `in ${blockAt(path)}`;
}

/** `a`, `b` and `c`; of many the first ones. */
export function names(keys: readonly string[]): string {
  const shown = keys
    .slice(0, keys.length > NAMED + 1 ? NAMED : keys.length)
    .map((key) => `\`${visible(key)}\``);
  const last = shown.length < keys.length ? `${keys.length - shown.length} more` : shown.pop();
  return shown.length === 0 ? `${last}` : `${shown.join(", ")} and ${last}`;
}

function isPrefix(path: Path, of: Path): boolean {
  return path.length <= of.length && path.every((step, index) => step === of[index]);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
