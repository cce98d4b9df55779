import { addressOf, resourcesOf } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import type { Provider, Resource } from "../kinds/kind";
import { isAnew } from "./kept-names";
import type { Renaming } from "./keys";
import { madeAnew, markOf, pairsOf } from "./made-anew";
import { pairedWith } from "./paired";

/** What a rename does to one Terraform object. `kept`: its address, and it may still be changed in place. */
export interface Effect {
  readonly provider: Provider;
  readonly type: string;
  readonly before: string;
  readonly after: string;
  readonly does: "replaced" | "moved" | "changed" | "kept";
}

/** What a rename does to the Terraform objects of an environment. */
export function effectsOf([one, other]: readonly [Catalog, Catalog], renaming: Renaming): Effect[] {
  const pairs = pairsOf(one, other, renaming);
  const anew = madeAnew(pairs, one, renaming);
  return pairs.flatMap(({ kind, before, after }) => {
    const isReplaced = anew.replaced.has(markOf(kind.name, before.key));
    const is = resourcesOf(kind, after, other);
    const was = resourcesOf(kind, before, one);
    const places = pairedWith(was, is, renaming);
    return was.flatMap((resource, index): Effect[] => {
      const { type, name } = resource;
      const place = places[index];
      const now = place === undefined ? undefined : is[place]?.name;
      if (now === undefined) return [];
      const goes = (isReplaced && resource.outlives !== true) || isAnew(resource, anew);
      const stays = isReplaced ? "changed" : "kept";
      const does = now !== name ? "moved" : goes ? "replaced" : stays;
      return [{ provider: kind.provider, type, before: name, after: now, does }];
    });
  });
}

/** The addresses of an environment's Terraform objects. */
export function addressesOf(catalog: Catalog): Set<string> {
  const resources = catalog.kinds.flatMap((kind): Resource[] =>
    [...catalog.located(kind).values()].flatMap((entity) => [...resourcesOf(kind, entity, catalog)]),
  );
  return new Set(resources.map(addressOf));
}
