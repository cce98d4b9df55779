import type { Code } from "../kinds/codes";
import type { Entity, Kind, Look, Path, Place, Provider, Related, Resource } from "../kinds/kind";
import { suggest, terraformName, withArticle } from "../kinds/names";
import type { Catalog, Located } from "./catalog";
import type { AnyKind } from "./document";
import type { Entities, Setting } from "./entities";
import { compare } from "./problem";

/** The base of an entity's Terraform names, unless `metadata.address` gives another. */
export function baseName(kind: Kind<unknown, unknown>, key: string): string {
  return terraformName(...(kind.base?.(key) ?? key.split("/")));
}

/** The address of the data source that something unmanaged becomes: by its whole key, whatever the kind's base. */
export function dataAddress(kind: Kind<unknown, unknown>, key: string): string {
  return `data.${kind.resource ?? kind.name}.${terraformName(...key.split("/"))}`;
}

/** The Terraform objects of an entity: what its kind says, else the one of its resource. */
export function resourcesOf(kind: AnyKind, entity: Entity, look: Look): readonly Resource[] {
  const own = kind.resources?.(entity, look);
  if (own) return own;
  return kind.resource === undefined ? [] : [{ type: kind.resource, name: entity.address, path: [] }];
}

/** What Terraform calls an object within its stack. */
export function addressOf({ type, name }: Pick<Resource, "type" | "name">): string {
  return `${type}.${name}`;
}

/** Is it the entity itself, and not one of its quotas, accesses, members? */
export function isNode({ path }: Pick<Resource, "path">): boolean {
  return path.length === 0;
}

/** A Terraform object and who makes it. */
interface Owner {
  readonly entity: Located;
  readonly path: Path;
}

type Add = (at: Place, code: Code, message: string, help: string, related?: Related) => void;

/**
 * No two Terraform objects of a stack share an address; every name in `metadata.addresses` is used.
 * Returns how many objects each provider's stack has.
 */
export function proveAddresses(
  catalog: Catalog,
  entities: Entities,
  { environment, kinds, problems }: Setting,
): ReadonlyMap<Provider, number> {
  const add: Add = (at, code, message, help, related) =>
    problems.add(at, { code, message, help, related, environments: [environment.name] });
  const taken = new Map<Provider, Map<string, Map<string, Located>>>();
  const told = new Set<string>();
  const read = new Map<string, string>();
  const counts = new Map<Provider, number>();
  for (const kind of kinds) {
    const ofProvider = taken.get(kind.provider) ?? new Map<string, Map<string, Located>>();
    taken.set(kind.provider, ofProvider);
    for (const entity of catalog.located(kind).values()) {
      const resources = resourcesOf(kind, entity, catalog);
      for (const { type, name, path } of resources) {
        const names = ofProvider.get(type) ?? new Map<string, Located>();
        ofProvider.set(type, names);
        const earlier = names.get(name);
        if (!earlier) names.set(name, entity);
        else collide(ownerOf(earlier, type, name), { entity, path }, addressOf({ type, name }));
      }
      counts.set(kind.provider, (counts.get(kind.provider) ?? 0) + resources.length);
      proveUsed(entity, resources, add);
    }
    proveUnmanaged(kind, catalog, entities, read, add);
  }
  return counts;

  /** Looked up when names collide, for a site has a hundred thousand of them and none that does. */
  function ownerOf(entity: Located, type: string, name: string): Owner {
    const kind = kinds.find((one) => one.name === entity.kind);
    const all = kind ? resourcesOf(kind, entity, catalog) : [];
    const path = all.find((one) => one.type === type && one.name === name)?.path ?? [];
    return { entity, path };
  }

  /** Where two entities share their base, all that is derived from it collides too: that is one problem. */
  function collide(earlier: Owner, later: Owner, address: string): void {
    const pair = JSON.stringify([
      earlier.entity.kind,
      earlier.entity.key,
      later.entity.kind,
      later.entity.key,
    ]);
    if (!told.has(pair)) collision(earlier, later, address, add);
    told.add(pair);
  }
}

function collision(one: Owner, other: Owner, address: string, add: Add): void {
  const fileOf = ({ entity, path }: Owner) => entity.place(path).file;
  const [earlier, later] = compare(fileOf(one), fileOf(other)) <= 0 ? [one, other] : [other, one];
  const derived = later.path.length > 0 ? " or `metadata: {addresses: …}`" : "";
  add(
    later.entity.place(later.path),
    "address",
    one.entity === other.entity
      ? `the ${later.entity.kind} "${later.entity.key}" becomes ${address} twice`
      : `the ${later.entity.kind} "${later.entity.key}" becomes ${address}, as the ${earlier.entity.kind} "${earlier.entity.key}" does`,
    `give this one another name by \`metadata: {address: …}\`${derived}`,
    { ...earlier.entity.place(earlier.path), message: "the other one" },
  );
}

function proveUsed(entity: Located, resources: readonly Resource[], add: Add): void {
  const { address, addresses } = entity.metadata;
  if (resources.length === 0 && address !== undefined) {
    const message = `${withArticle(entity.kind)} becomes no resource, so it has no address`;
    add(entity.place(["metadata", "address"]), "address", message, "remove the line");
  }
  for (const derived of Object.keys(addresses)) {
    if (entity.replaced.has(derived)) continue;
    const all = resources.map(({ name }) => name).filter((one) => one !== entity.address);
    const message = `no Terraform name of this ${entity.kind} is ${derived}`;
    const help =
      all.length === 0
        ? "remove the line: no name of it is derived"
        : suggest(derived, all, "its derived names");
    add(entity.place(["metadata", "addresses", derived]), "address", message, help);
  }
}

/** What is unmanaged is read by a data source: its key is whole, its domain exists, its name is its own. */
function proveUnmanaged(
  kind: AnyKind,
  catalog: Catalog,
  entities: Entities,
  read: Map<string, string>,
  add: Add,
): void {
  const container = catalog.kinds.find((one) => one.name === kind.within);
  for (const [index, key] of catalog.unmanaged(kind).entries()) {
    const at = catalog.environmentPlace([
      "environment",
      kind.provider,
      "unmanaged",
      kind.unmanaged ?? "",
      index,
    ]);
    const parts = key.split("/");
    if (parts.length !== (kind.within ? 2 : 1) || parts.includes("")) {
      const shape = kind.within ? `<${kind.within}>/<name>` : "a name without `/`";
      add(at, "reference", `"${key}" is no key of ${withArticle(kind.name)}`, `write ${shape}`);
      continue;
    }
    const [group = ""] = parts;
    if (container && !entities.exists(container, group)) {
      const message = `the unmanaged ${kind.name} "${key}" is in the ${container.name} "${group}", which does not exist`;
      add(at, "reference", message, `declare it, or name it under \`unmanaged: ${container.unmanaged}\``);
    }
    const address = dataAddress(kind, key);
    const earlier = read.get(address);
    if (earlier !== undefined) {
      const message = `the unmanaged ${kind.name} "${key}" becomes ${address}, as ${earlier} does`;
      add(
        at,
        "address",
        message,
        "rename one of them in the cloud, or declare it with an address of its own",
      );
    }
    read.set(address, `the ${kind.name} "${key}"`);
  }
}
