/** Which Terraform arguments carry a value of an entity. What is not certain is not said. */
import { load as readYaml } from "js-yaml";
import { dataAddress, resourcesOf } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import { piecesOf } from "../constructs/template";
import type { Path } from "../kinds/kind";
import type { Asked } from "./given";
import { leaves, secretOf, type Value } from "./value-story";

/** A Terraform argument: the resource, the argument's path within it, what stands there. */
export interface Argument {
  readonly address: string;
  readonly argument: string;
  readonly value: unknown;
}

/** One value within a resource's block. */
interface Leaf {
  readonly address: string;
  /** Its path as it is shown. */
  readonly shown: string;
  /** Its path as it may agree with one of the spec, without the places in lists. */
  readonly keys: readonly string[];
  readonly value: unknown;
  /** What that means: the text of a template. */
  readonly data: unknown;
  /** The `name` that stands beside it. */
  readonly beside: unknown;
  /** Where in the entity's document its resource comes from. */
  readonly from: Path;
}

/** Everything that stands in the blocks of an entity's resources. */
export function leavesOfBlocks(
  { catalog, kind, entity }: Asked,
  blocks: ReadonlyMap<string, unknown>,
): readonly Leaf[] {
  return resourcesOf(kind, entity, catalog).flatMap(({ type, name, path: from }) => {
    const address = `${type}.${name}`;
    const block = blocks.get(address);
    return [...leaves(block, [])]
      .filter(({ path }) => path[0] !== "//")
      .flatMap(({ path, value }) => opened(type, path, value).map((leaf) => ({ ...leaf, address, from })))
      .map((leaf) => ({ ...leaf, beside: valueAt(block, [...leaf.path.slice(0, -1), "name"]) }));
  });
}

interface Opened {
  readonly path: Path;
  readonly shown: string;
  readonly keys: readonly string[];
  readonly value: unknown;
  readonly data: unknown;
}

/** A leaf; where it is the text of a document, the leaves of that. */
function opened(type: string, path: Path, value: unknown): Opened[] {
  const text = typeof value === "string" ? dataOf(value) : undefined;
  const data = typeof value === "string" ? text : value;
  const plain = { path, shown: textOf(path), keys: keysOf(path), value, data };
  if (text === undefined) return [plain];
  if (type === "restapi_object" && /^(destroy_)?data$/.test(String(path[0]))) {
    if (path[0] !== "data") return [];
    // The outermost key says what the body is about: `{"project_quotas": …}`.
    return [...leaves(JSON.parse(text), [])].map((leaf) => ({
      path,
      shown: `${textOf(path)}: ${textOf(leaf.path)}`,
      keys: keysOf(leaf.path.slice(1)),
      value: leaf.value,
      data: leaf.value,
    }));
  }
  if (type !== "helm_release" || path[0] !== "values") return [plain];
  return [...leaves(readYaml(text), [])].map((leaf) => ({
    path,
    shown: `${textOf(path)}: ${textOf(leaf.path)}`,
    keys: ["values", ...keysOf(leaf.path)],
    value: leaf.value,
    data: leaf.value,
  }));
}

/** The arguments that carry a value. */
export function argumentsOf(asked: Asked, value: Value, all: readonly Leaf[]): Argument[] {
  const found = candidates(asked, value, all);
  const [first] = value.sources;
  const own = first && "path" in first && !("companion" in first) && !first.of ? first.path : undefined;
  const around = found.filter(({ from }) => !own || from.every((step, index) => step === own[index]));
  const deepest = Math.max(0, ...around.map(({ from }) => from.length));
  const chosen = around.filter(({ from }) => !own || from.length === deepest);
  return chosen.map(({ address, shown: argument, value }) => ({ address, argument, value }));
}

function candidates({ catalog, kind }: Asked, value: Value, all: readonly Leaf[]): readonly Leaf[] {
  const { path, names } = value;
  if (path[0] === "metadata") return [];
  const secret = secretOf(value);
  if (secret !== undefined) {
    const mentions = all.filter(({ value: text }) => mentioned(text, `var.${secret}`));
    const named = mentions.filter(({ beside }) => beside === path.slice(1).join("."));
    return named.length > 0 ? named : mentions;
  }
  const target = names && addressOf(catalog, names.kind, names.key);
  const mentions = target === undefined ? [] : all.filter(({ value: text }) => mentioned(text, target));
  const found = [...mentions, ...alike(kind.spelled?.[path.join(".")], value, all)];
  const direct = found.filter(({ keys }) => keys[0] !== "depends_on");
  return direct.length > 0 ? direct : found;
}

/** The arguments of the same name, or of the one that it is spelled by, with the same value. */
function alike(spelled: string | undefined, { path, value }: Value, all: readonly Leaf[]): readonly Leaf[] {
  if (spelled === "") return [];
  const keys = spelled === undefined ? keysOf(path) : [spelled];
  const same = all.filter((leaf) => isTail(leaf.keys, keys) && isEqual(leaf.data, value));
  const longest = Math.max(0, ...same.map((leaf) => leaf.keys.length));
  return same.filter((leaf) => leaf.keys.length === longest);
}

/** The address of what an entity becomes, or of the data source that it is read by. */
function addressOf(catalog: Catalog, name: string, key: string): string | undefined {
  const kind = catalog.kinds.find((one) => one.name === name);
  if (kind?.resource === undefined) return undefined;
  const entity = catalog.located(kind).get(key);
  return entity ? `${kind.resource}.${entity.address}` : dataAddress(kind, key);
}

/** Does an argument refer to an address? */
function mentioned(text: unknown, address: string): boolean {
  if (typeof text !== "string") return false;
  if (text === address) return true;
  return piecesOf(text).some(
    (piece) =>
      "expression" in piece &&
      piece.expression.split(/[^\w.-]+/).some((word) => word === address || word.startsWith(`${address}.`)),
  );
}

function isTail(tail: readonly string[], whole: readonly string[]): boolean {
  const from = whole.length - tail.length;
  // A list of blocks is called by one of them there: `allocation_pool`.
  const isSame = (key: string, other: string | undefined) => key === other || `${key}s` === other;
  return tail.length > 0 && from >= 0 && tail.every((key, index) => isSame(key, whole[from + index]));
}

function isEqual(argument: unknown, value: unknown): boolean {
  if (typeof argument === "string") return argument === String(value);
  return JSON.stringify(argument) === JSON.stringify(value);
}

/** The text that a template without expressions means. */
function dataOf(template: string): string | undefined {
  const [piece, ...more] = piecesOf(template);
  return piece && more.length === 0 && "data" in piece ? piece.data : undefined;
}

function valueAt(block: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, step)?.value
        : undefined,
    block,
  );
}

function keysOf(path: Path): string[] {
  return path.filter((step) => typeof step === "string");
}

/** A path as people read it: `external_fixed_ip[0].ip_address`. */
function textOf(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`))
    .join("");
}
