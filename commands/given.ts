/** What each file wrote of one value: which gave it, and which were overridden. */
import { z } from "zod";
import type { Catalog, Located } from "../catalog/catalog";
import { type AnyKind, moveUp } from "../catalog/document";
import type { Files } from "../catalog/files";
import { isBelow, isNull } from "../catalog/merge";
import { dataOf, type MapNode, type Node, nodeAt, originOf, placeOf, Source as Text } from "../catalog/node";
import { documentSchema } from "../catalog/schema";
import { metaOf, schemaAt } from "../catalog/schema-paths";
import { isFault, readYaml } from "../catalog/yaml";
import { environmentDocument } from "../kinds/environment";
import type { Path, Place, Source } from "../kinds/kind";

/** One thing that gave a value, or removed it. */
export interface Given {
  /** Who, in words: `layer common`, `quota-class basic, layer common`. */
  readonly by: string;
  /** Another entity, if it is one. */
  readonly of?: Named;
  readonly place?: Place;
  /** What is written there; absent where it must not be shown. */
  readonly written?: unknown;
  /** The same in the base unit, where that is another number. */
  readonly value?: unknown;
  /** A `null` of a layer, which removes what earlier ones have. */
  readonly removes?: true;
  /** It was removed by a later layer, so that what is weaker may count. */
  readonly removed?: true;
}

/** What is asked of one environment's data. */
export interface Asked {
  readonly catalog: Catalog;
  readonly files: Files;
  readonly kind: AnyKind;
  readonly entity: Located;
}

/**
 * Everything that wrote a value: first what counts, then what that overrode, the strongest first, with what a `null`
 * removed. Whatever a secret overrides was meant to be one too, and is not shown.
 */
export function givenBy(asked: Asked, sources: readonly Source[], isSecret: boolean): Given[] {
  const given = sources.flatMap((source) => [...ofSource(asked, source)]);
  const first = given.find(counts);
  const others = given.filter((one) => one !== first);
  const shown = others.map((one) => (isSecret || holdsUserInformation(one) ? withoutValue(one) : one));
  return first ? [first, ...shown] : shown;
}

/** Does it count, or did it only remove others or get removed? */
export function counts(given: Given | undefined): given is Given {
  return given !== undefined && !given.removes && !given.removed;
}

/** What counts was checked for it; what an earlier layer wrote was not. */
function holdsUserInformation({ written }: Given): boolean {
  return /\/\/[^/\s]*@/.test(JSON.stringify(written) ?? "");
}

function withoutValue({ written: _, value: __, ...rest }: Given): Given {
  return rest;
}

function* ofSource(asked: Asked, source: Source): Iterable<Given> {
  if ("stock" in source) yield { by: source.why, written: source.stock };
  else if ("environment" in source) yield* ofEnvironment(asked, source.environment);
  else if ("companion" in source) yield* ofCompanion(asked, source.companion, source.path);
  else yield* ofDocument(asked, source);
}

function* ofEnvironment({ catalog }: Asked, path: Path): Iterable<Given> {
  const node = catalog.environmentNode(path);
  if (!node) return;
  const by = `environment.yaml, ${path.includes("quota-defaults") ? "quota-defaults" : path[1]}`;
  const place = catalog.environmentPlace(path);
  yield { by, place, ...shownValue(schemaAt(environmentDocument, path), dataOf(node)) };
}

function* ofCompanion({ catalog, kind, entity }: Asked, index: number, path: Path): Iterable<Given> {
  const root = catalog.companion(kind, entity, index);
  const found = root && foundIn(root, path, true);
  if (root && found) {
    const place = placeOf(originOf(root, found.path));
    yield { by: "a file of values", place, written: dataOf(found.node) };
  }
}

function* ofDocument(
  asked: Asked,
  { path, of }: { readonly path: Path; readonly of?: Named },
): Iterable<Given> {
  const owner = of ? ownerOf(asked.catalog, of) : asked;
  if (!owner) return;
  const name = of ? `${of.kind} ${of.key}` : undefined;
  let isFirst = true;
  let isRemoved = false;
  for (const file of [...owner.entity.files].reverse()) {
    const root = treeOf(asked.files, owner.kind, file);
    const found = root && foundIn(root, path, isFirst);
    if (!root || !found) continue;
    isFirst = false;
    const place = placeOf(originOf(root, found.path));
    const by = [name, layerOf(file)].filter((part) => part !== undefined).join(", ");
    const who = of ? { by, of: { kind: of.kind, key: of.key } } : { by };
    const keepsNull = isBelow(found.path, owner.kind.nullable ?? []);
    if (isNull(found.node) && !keepsNull) {
      isRemoved = true;
      yield { ...who, place, removes: true };
      continue;
    }
    const shown = shownValue(schemaAt(documentSchema(owner.kind), found.path), dataOf(found.node));
    yield { ...who, place, ...shown, ...(isRemoved ? { removed: true } : {}) };
  }
}

type Named = { readonly kind: string; readonly key: string };

function ownerOf(catalog: Catalog, { kind: name, key }: Named) {
  const kind = catalog.kinds.find((one) => one.name === name);
  const entity = kind && catalog.located(kind).get(key);
  return entity ? { kind, entity } : undefined;
}

function layerOf(file: string): string {
  const [folder, layer] = file.split("/");
  return folder === "entities" ? `layer ${layer}` : "the environment's own file";
}

/** The tree of a file as its layer wrote it. */
function treeOf(files: Files, kind: AnyKind, file: string): MapNode | undefined {
  const source = files.read(file);
  const node = source instanceof Text ? readYaml(source) : undefined;
  return node && !isFault(node) && node.type === "map" ? moveUp(node, kind).root : undefined;
}

/**
 * What stands at a path, or at the innermost place on the way to it that is no map: there the whole was replaced.
 * Of a list the entry is looked for only where the list counts; another list is overridden as a whole.
 */
function foundIn(root: Node, path: Path, mayEnterLists: boolean): { node: Node; path: Path } | undefined {
  let node: Node = root;
  for (const [index, step] of path.entries()) {
    const isWhole = node.type === "scalar" || (node.type === "list" && !mayEnterLists);
    if (isWhole) return { node, path: path.slice(0, index) };
    const inner = nodeAt(node, [step]);
    if (!inner) return undefined;
    node = inner;
  }
  return { node, path };
}

/** What is written and what it means; nothing of what its field refuses, for that may be a secret. */
function shownValue(schema: z.core.$ZodType | undefined, written: unknown): Pick<Given, "written" | "value"> {
  if (!schema) return { written };
  const read = z.safeParse(schema, written);
  if (!read.success) return {};
  return typeof read.data === "number" && read.data !== written ? { written, value: read.data } : { written };
}

/** What the field at a path of a kind's document is for, if there is such a field. */
export function fieldAt(kind: AnyKind, path: Path): { description?: string; unit?: string } | undefined {
  const schema = schemaAt(documentSchema(kind), path);
  // What a strict map does not know may never be there.
  if (!schema || schema instanceof z.ZodNever) return undefined;
  const { description } = metaOf(schema);
  if (typeof description !== "string") return {};
  // Fields of quantities end their description with it (`kinds/fields.ts`).
  const unit = / Base unit ([^ ]+)\.$/.exec(description)?.[1];
  return unit === undefined
    ? { description }
    : { description: description.replace(/ Base unit .*$/, ""), unit };
}
