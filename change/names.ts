import type { Catalog } from "../catalog/catalog";
import { checkDocument } from "../catalog/check";
import type { AnyKind } from "../catalog/document";
import type { Keyed } from "../catalog/layers";
import { isBelow, mergePatch } from "../catalog/merge";
import { type MapNode, type Node, nodeAt, type Origin } from "../catalog/node";
import { Problems } from "../catalog/problem";
import { documentSchema } from "../catalog/schema";
import type { Mention, Path, Reference } from "../kinds/kind";
import { groupOf, nameOf } from "./keys";

/** A text of a file that means an entity. */
export interface Name {
  readonly at: Origin;
  /** Where the tree of the file has it. */
  readonly path: Path;
  readonly kind: string;
  readonly key: string;
  /** What stands there. */
  readonly text: string;
  /** What would stand there for another key. */
  textOf(key: string): string;
}

/** Every text of a file that means an entity: its own key, references, mentions. */
export function namesIn(keyed: Keyed, catalog: Catalog): Name[] {
  const { kind, root, file, removes } = keyed.document;
  if (!root) return [];
  const own = ownNames(keyed, root);
  if (removes) return own;
  const { tree, value } = wholeOf(kind, keyed.key, root, catalog);
  const references = kind.references?.(value, catalog.environment) ?? [];
  const mentions = kind.mentions?.(value) ?? [];
  const others = [
    ...references.map((reference) => nameOfReference(tree, reference)),
    ...mentions.map((mention) => nameOfMention(tree, mention, catalog)),
  ];
  // What another layer's file writes is found in that file.
  return [...own, ...others.filter((name) => name !== undefined && name.at.source.file === file)].filter(
    (name) => name !== undefined,
  );
}

/** The parts of its key that a file itself writes. */
function ownNames({ key, document: { kind } }: Keyed, root: MapNode): Name[] {
  const parts = key.split("/");
  return kind.identity.flatMap((path, index) => {
    const node = nodeAt(root, path);
    if (node?.type !== "scalar" || node.value !== parts[index]) return [];
    const textOf = (other: string) => other.split("/")[index] ?? "";
    return [{ at: node, path, kind: kind.name, key, text: node.value, textOf }];
  });
}

function nameOfReference(tree: Node, { path, kind, key }: Reference): Name | undefined {
  const node = nodeAt(tree, path);
  if (node?.type !== "scalar" || typeof node.value !== "string") return undefined;
  const isWhole = node.value === key;
  return {
    at: node,
    path,
    kind,
    key,
    text: node.value,
    textOf: (other) => (isWhole ? other : nameOf(other)),
  };
}

function nameOfMention(tree: Node, mention: Mention, catalog: Catalog): Name | undefined {
  const { path, kind, name, within, keyPrefix } = mention;
  const [key, ...others] = keysNamed(kind, name, within, catalog);
  if (key === undefined || others.length > 0) return undefined;
  const textOf = (other: string) => `${keyPrefix ?? ""}${nameOf(other)}`;
  if (keyPrefix === undefined) {
    const node = nodeAt(tree, path);
    return node && { at: node, path, kind, key, text: name, textOf };
  }
  const block = nodeAt(tree, path.slice(0, -1));
  const entry = block?.type === "map" ? block.entries.get(String(path.at(-1))) : undefined;
  return entry && { at: entry.at, path, kind, key, text: `${keyPrefix}${name}`, textOf };
}

/** The declared entities that a mention may mean. */
function keysNamed(kindName: string, name: string, within: string | undefined, catalog: Catalog): string[] {
  const kind = catalog.kinds.find((one) => one.name === kindName);
  const keys = kind ? catalog.declared(kind) : [];
  return keys.filter((key) => nameOf(key) === name && (within === undefined || groupOf(key) === within));
}

/**
 * A file's document, made whole by what the other layers have, in which what the file itself writes wins: so that
 * what a later layer overrides is found too.
 */
function wholeOf(
  kind: AnyKind,
  key: string,
  root: MapNode,
  catalog: Catalog,
): { tree: Node; value: unknown } {
  const entity = catalog.located(kind).get(key);
  if (entity?.files.length === 1) return { tree: entity.root, value: entity.document };
  const keepsNull = (path: Path) => isBelow(path, kind.nullable ?? []);
  const tree = mergePatch(entity?.root, mergePatch(undefined, root, {}, keepsNull), {}, keepsNull);
  const checked =
    tree.type === "map" ? checkDocument(documentSchema(kind), tree, new Problems(), NOWHERE) : undefined;
  const { metadata: _, ...value } = checked?.value ?? { metadata: undefined };
  return { tree, value };
}

const NOWHERE = { environments: [] };
