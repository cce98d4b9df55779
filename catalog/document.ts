import { posix } from "node:path";
import type { Code } from "../kinds/codes";
import type { Kind, Path, Place } from "../kinds/kind";
import { withoutEnding } from "./files";
import { isNull } from "./merge";
import { dataOf, type MapNode, mapNode, type Node, nodeAt, type Origin } from "./node";

export type AnyKind = Kind<unknown, unknown>;

/** What is wrong with a file that is no entity of its kind, whatever it may be instead. */
export interface Unfit {
  readonly code: Code;
  readonly at: Origin | Place;
  readonly message: string;
  readonly help: string;
}

/** One file of a layer or an environment: a whole entity, a patch of an earlier one, or its removal. */
export interface Document {
  readonly kind: AnyKind;
  readonly file: string;
  /** The folder that agrees with the domain or the namespace. */
  readonly within: string | undefined;
  /** The names that its stem allows, the full stem first. */
  readonly stems: readonly string[];
  /** The file as it is; undefined: it is broken. */
  readonly written: MapNode | undefined;
  /** The document in the layout of today; undefined: the file cannot be used, but counts as there. */
  readonly root: MapNode | undefined;
  /** Why the file can be no entity of its kind: a problem, unless an entity lists it as its own. */
  readonly unfit: Unfit | undefined;
  readonly removes: boolean;
  /** It lies where no such entity is read, which is told: it counts as there, and is no second one of its name. */
  readonly isStray?: true;
}

/** The documents of one layer or environment, by file, and the files that belong to them. */
export interface Folder {
  readonly documents: readonly Document[];
  readonly companions: ReadonlyMap<string, Node | undefined>;
}

/** A document in the layout of today, and what was moved to get there. */
export interface Upright {
  readonly root: MapNode;
  readonly moved: readonly string[];
  /** Where the first moved block stands. */
  readonly at: Origin;
}

/** Moves blocks that an older layout nests below others up to the top. */
export function moveUp(root: MapNode, kind: AnyKind): Upright {
  let entries = root.entries;
  const moved: string[] = [];
  let at: Origin | undefined;
  for (const [block, parents] of Object.entries(kind.nested ?? {})) {
    for (const parent of parents) {
      const outer = entries.get(parent);
      const inner = outer?.value.type === "map" ? outer.value.entries.get(block) : undefined;
      // An empty one is a slip of the indentation.
      if (outer?.value.type !== "map" || !inner || isNull(inner.value) || entries.has(block)) continue;
      const rest = new Map(outer.value.entries);
      rest.delete(block);
      const without = { at: outer.at, value: mapNode(outer.value, rest) };
      entries = new Map(entries).set(parent, without).set(block, inner);
      moved.push(`\`${block}\` below \`${parent}\``);
      if (!at || inner.at.offset < at.offset) at = inner.at;
    }
  }
  return at ? { root: mapNode(root, entries), moved, at } : { root, moved, at: root };
}

/** Does a document remove an entity of an earlier layer, rather than patch it? */
export function isRemoval(root: MapNode, kind: AnyKind): boolean {
  const remove = nodeAt(root, ["metadata", "remove"]);
  if (remove && dataOf(remove) === true) return true;
  const nulled = kind.nulled ?? kind.name;
  const whole = root.entries.get(nulled);
  if (whole === undefined || !isNull(whole.value)) return false;
  // Beside other keys an empty block is a slip of the indentation, not the wish to remove.
  const isAlone = [...root.entries.keys()].every((key) => key === nulled || key === "metadata");
  return isAlone && pathGivesKey(kind);
}

/** Does the path of a file say all of its entity's key? */
export function pathGivesKey(kind: AnyKind): boolean {
  return !kind.freeStem && kind.identity.length <= (kind.within ? 2 : 1);
}

/** The file that an entry of a companion list means, or undefined if it leads out of the root. */
export function companionFile(listedIn: string, written: string): string | undefined {
  if (written === "" || posix.isAbsolute(written) || written.includes("\\")) return undefined;
  const file = posix.normalize(posix.join(posix.dirname(listedIn), written));
  return file.startsWith("../") || file === ".." ? undefined : file;
}

/** The text at a path of a document, if there is one. */
export function textAt(root: MapNode, path: Path): string | undefined {
  const node = nodeAt(root, path);
  return node?.type === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The names that a file's stem allows: the full stem first, then without the kind's suffix. */
export function stemsOf(name: string, kind: AnyKind): string[] {
  const stem = withoutEnding(name);
  const suffixes = kind.suffixes ?? [`-${kind.name}`];
  const suffix = suffixes.find((one) => stem.endsWith(one) && stem.length > one.length);
  const stripped = suffix === undefined ? stem : stem.slice(0, -suffix.length);
  return kind.identity.length === 0 ? [stripped] : [...new Set([stem, stripped])];
}
