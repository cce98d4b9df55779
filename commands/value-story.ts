/** Every value of an entity, with what gave it. */
import type { AnyKind } from "../catalog/document";
import { dataOf, type MapNode, type Node, nodeAt } from "../catalog/node";
import type { Origin, Path, Reference, Source } from "../kinds/kind";
import { type Asked, fieldAt, type Given, givenBy } from "./given";

/** A value of an entity, before anything is asked about it. */
export interface Value {
  /** Its path in the spec, or below `metadata`. */
  readonly path: Path;
  readonly value: unknown;
  readonly sources: readonly Source[];
  /** The entity that it names. */
  readonly names: Pick<Reference, "kind" | "key"> | undefined;
}

/** What is known of a value. */
export interface Story {
  readonly description: string | undefined;
  readonly unit: string | undefined;
  /** What gave it, and then what that overrode; empty: nobody wrote it. */
  readonly given: readonly Given[];
}

/** Every value of an entity's spec and metadata. */
export function valuesOf({ catalog, kind, entity }: Asked): Value[] {
  const origins = entity.origins();
  // Values within a text of the spec stand in place of the text.
  const within = new Set(origins.flatMap(({ path, ...one }) => ("value" in one ? [path[0]] : [])));
  const references = kind.references?.(entity.document, catalog.environment) ?? [];
  const value = (path: Path, found: unknown, origin: Origin | undefined): Value => {
    const sources = origin ? below(origin, path) : ownSources(kind, entity.root, path, found);
    const [first] = sources;
    const own = first && "path" in first && !("companion" in first) && !first.of ? first.path : undefined;
    const names = origin?.refers ?? (own && references.find((one) => isSame(one.path, own)));
    return { path, value: found, sources, names };
  };
  return [
    ...[...leaves(entity.spec, [])]
      .filter(({ path }) => !within.has(path[0]))
      .map(({ path, value: found }) => value(path, found, closest(origins, path))),
    ...origins.flatMap((origin) => ("value" in origin ? [value(origin.path, origin.value, origin)] : [])),
    ...[...leaves(writtenMetadata(entity.root), ["metadata"])].map(({ path, value: found }) =>
      value(path, found, { path, sources: [{ path }] }),
    ),
  ];
}

/** What is known of one value. */
export function storyOf(asked: Asked, value: Value): Story {
  const { sources } = value;
  const field = sources.map((source) => fieldOf(asked, source)).find((one) => one !== undefined);
  return {
    description: field?.description,
    unit: field?.unit,
    given: givenBy(asked, sources, secretOf(value) !== undefined),
  };
}

function fieldOf({ catalog, kind }: Asked, source: Source): ReturnType<typeof fieldAt> {
  if (!("path" in source) || "companion" in source) return undefined;
  const owner = source.of ? catalog.kinds.find(({ name }) => name === source.of?.kind) : kind;
  return owner && fieldAt(owner, source.path);
}

function writtenMetadata(root: MapNode): unknown {
  const node = nodeAt(root, ["metadata"]);
  return node && dataOf(node);
}

/** The origin of a value: its own, or that of the innermost block around it. */
function closest(origins: readonly Origin[], path: Path): Origin | undefined {
  const around = origins.filter((origin) => isSame(origin.path, path.slice(0, origin.path.length)));
  return around.sort((one, other) => other.path.length - one.path.length)[0];
}

function below(origin: Origin, path: Path): Source[] {
  const rest = path.slice(origin.path.length);
  return origin.sources.map((source) => {
    if ("stock" in source) return source;
    if ("environment" in source) return { environment: [...source.environment, ...rest] };
    return { ...source, path: [...source.path, ...rest] };
  });
}

/** Where the own document writes a value of the spec: below the kind's block, at the top, or one or two blocks deeper. */
function ownSources(kind: AnyKind, root: MapNode, path: Path, value: unknown): Source[] {
  const blocks: Path[] = [[kind.name], [], ...blocksBelow(root, [], 2)];
  const found = blocks.map((block) => [...block, ...path]).find((at) => nodeAt(root, at) !== undefined);
  if (!found) return fieldAt(kind, [kind.name, ...path]) ? [{ path: [kind.name, ...path] }] : [];
  const item = entryMeant(root, found, value);
  return item ? [{ path: item }] : [];
}

/** An entry of a list may stand elsewhere in the spec than in the file: the same text is looked for. */
function entryMeant(root: MapNode, path: Path, value: unknown): Path | undefined {
  const node = nodeAt(root, path);
  if (typeof path.at(-1) !== "number" || typeof value !== "string") return path;
  if (node?.type === "scalar" && node.value === value) return path;
  const list = nodeAt(root, path.slice(0, -1));
  const index =
    list?.type === "list" ? list.items.findIndex((one) => "value" in one && one.value === value) : -1;
  return index < 0 ? undefined : [...path.slice(0, -1), index];
}

function* blocksBelow(node: Node, path: Path, depth: number): Generator<Path> {
  if (node.type !== "map" || depth === 0) return;
  for (const [key, { value }] of node.entries) {
    if (key === "metadata") continue;
    yield [...path, key];
    yield* blocksBelow(value, [...path, key], depth - 1);
  }
}

/** Every value that is neither a map nor a list, or an empty one. */
export function* leaves(value: unknown, path: Path): Generator<{ path: Path; value: unknown }> {
  if (value === undefined) return;
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (typeof value !== "object" || value === null || isEmpty) yield { path, value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leaves(item, [...path, index]);
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key]);
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => String(step) === String(other[index]));
}

/** The name of a secret, if the value is one. */
export function secretOf({ path, value }: Pick<Value, "path" | "value">): string | undefined {
  if (path.at(-1) === "secret" && typeof value === "string") return value;
  const isSecret = typeof value === "object" && value !== null && "secret" in value;
  return isSecret ? String(value.secret) : undefined;
}
