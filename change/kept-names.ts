import { resourcesOf } from "../catalog/addresses";
import type { Catalog, Located } from "../catalog/catalog";
import { nodeAt } from "../catalog/node";
import type { Entity, Resource } from "../kinds/kind";
import { namesAfter } from "../kinds/names";
import type { Renaming } from "./keys";
import { type MadeAnew, markOf, type Pair } from "./made-anew";
import { pairedWith } from "./paired";

/** A line that keeps a Terraform name. Files are those after the moves, where `isAfter`. */
export interface Keeping {
  readonly file: string;
  readonly isAfter: boolean;
  /** The base of the entity's names. */
  readonly address?: string;
  /** A derived name, and the one that the state has. */
  readonly derived?: readonly [string, string];
  /** A derived name under `metadata.addresses` that is called otherwise now. */
  readonly renamed?: readonly [string, string];
}

/** The lines that an entity needs so that its resources keep their names. What is made anew for another's sake is let go. */
export function keepingsOf(
  pair: Pair,
  [before, after]: readonly [Catalog, Catalog],
  anew: MadeAnew,
  renaming: Renaming,
): Keeping[] {
  const { kind, before: one, after: other } = pair;
  const mark = markOf(kind.name, one.key);
  const keepings: Keeping[] = [];
  let address = other.address;
  const isRefused = anew.refused.has(mark);
  if (address !== one.address && !isRefused && kind.resource !== undefined) {
    address = one.address;
    keepings.push({ file: one.files[0] ?? "", isAfter: false, address });
  }
  const was = resourcesOf(kind, one, before);
  const is = resourcesOf(kind, based(other, address, other.metadata.addresses), after);
  const natural = resourcesOf(kind, based(other, address, {}), after);
  for (const [index, place] of pairedWith(was, is, renaming).entries()) {
    const [old, resource] = [was[index], place === undefined ? undefined : is[place]];
    if (place === undefined || !old || !resource) continue;
    const replacing = replacingKey(one, old);
    const name = natural[place]?.name ?? "";
    if (replacing !== undefined) {
      if (replacing !== name)
        keepings.push({ ...placeOf(one, [...ADDRESSES, replacing]), renamed: [replacing, name] });
    } else if (resource.name !== old.name && !isRefused && !isAnew(old, anew)) {
      keepings.push({ ...placeOf(other, resource.path), isAfter: true, derived: [resource.name, old.name] });
    }
  }
  return keepings;
}

const ADDRESSES = ["metadata", "addresses"];

/** An entity whose names have another base, and other names in the place of derived ones. */
function based(entity: Located, address: string, addresses: Readonly<Record<string, string>>): Entity {
  const nameOf = namesAfter(address);
  const derived = (...parts: readonly string[]) => {
    const name = nameOf(...parts);
    return (Object.hasOwn(addresses, name) ? addresses[name] : undefined) ?? name;
  };
  return { ...entity, address, derived };
}

/** The key under `metadata.addresses` that gave a resource its name. */
function replacingKey({ metadata, replaced }: Located, { name }: Resource): string | undefined {
  return Object.keys(metadata.addresses).find((key) => metadata.addresses[key] === name && replaced.has(key));
}

/** Is it made anew because what it relates to is? */
export function isAnew({ to }: Resource, { replaced, refused }: MadeAnew): boolean {
  return to !== undefined && (replaced.has(markOf(to.kind, to.key)) || refused.has(markOf(to.kind, to.key)));
}

/** The file that writes what stands at a path, or the last one of the entity. */
function placeOf(entity: Located, path: readonly (string | number)[]): { file: string; isAfter: boolean } {
  const file = nodeAt(entity.root, path)?.source.file ?? entity.files.at(-1) ?? "";
  return { file, isAfter: false };
}
