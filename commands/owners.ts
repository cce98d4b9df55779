import { addressOf, dataAddress, isNode, resourcesOf } from "../catalog/addresses";
import type { Catalog, Located } from "../catalog/catalog";
import type { Place, Provider } from "../kinds/kind";
import type { Review } from "../review/model";

/** Who a Terraform address belongs to, in the words of the data. */
export interface Owner {
  /** Such as `flavor c2.16core-30ram`. */
  readonly name: string;
  readonly place: Place;
  /** Is the resource the entity itself, and not one of its quotas, accesses, members? */
  readonly isNode: boolean;
}

/** The owners of the resources and data sources of a provider's stack, by address. */
export function ownersOf(catalog: Catalog, provider: Provider): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const kind of catalog.kinds) {
    if (kind.provider !== provider) continue;
    for (const entity of catalog.located(kind).values()) {
      for (const resource of resourcesOf(kind, entity, catalog)) {
        const place = entity.place(resource.path);
        owners.set(addressOf(resource), { name: nameOf(entity), place, isNode: isNode(resource) });
      }
    }
    for (const [index, key] of catalog.unmanaged(kind).entries()) {
      const address = dataAddress(kind, key);
      const path = ["environment", provider, "unmanaged", kind.unmanaged ?? "", index];
      const place = catalog.environmentPlace(path);
      owners.set(address, { name: `unmanaged ${kind.name} ${key}`, place, isNode: true });
    }
  }
  return owners;
}

/** The owners of the objects that a review tells of, those among them that no file makes any more. */
export function ownersIn({ changes }: Review, environment: string): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { kind, key, environments, objects, touches, place = NOWHERE } of changes) {
    // What is told with its cause may belong to another entity.
    if (touches || kind === "terraform" || !environments.includes(environment)) continue;
    for (const { address, entity = false } of objects)
      owners.set(address, { name: `${kind} ${key}`, place, isNode: entity });
  }
  return owners;
}

const NOWHERE: Place = { file: "", line: 0, column: 0 };

function nameOf({ kind, key }: Located): string {
  return `${kind} ${key}`;
}
