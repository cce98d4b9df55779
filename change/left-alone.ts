import type { Catalog } from "../catalog/catalog";
import type { Files } from "../catalog/files";
import { type Node, placeOf, type ScalarNode, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import type { Place } from "../kinds/kind";
import { nameOf, type Renaming } from "./keys";
import { companionsOf } from "./moves";
import { namesIn } from "./names";

/** Places at which the old name or key stands, that nothing declares to mean an entity. */
export function leftAlone(catalog: Catalog, renaming: Renaming, files: Files): Place[] {
  const wanted = new Set([renaming.from, nameOf(renaming.from)]);
  const places: Place[] = [];
  for (const keyed of catalog.keyed) {
    const { root } = keyed.document;
    if (!root) continue;
    const found = [...scalarsIn(root)].filter(({ value }) => typeof value === "string" && wanted.has(value));
    if (found.length === 0) continue;
    const meant = new Set(namesIn(keyed, catalog).map(({ at }) => at.offset));
    places.push(...found.filter(({ offset }) => !meant.has(offset)).map(placeOf));
  }
  const companions = new Set(
    catalog.keyed.flatMap(({ document }) => companionsOf(document).map(({ companion }) => companion)),
  );
  for (const file of [...companions, `environments/${catalog.environment.name}/environment.yaml`]) {
    const source = files.read(file);
    const root = source instanceof Source ? readYaml(source) : undefined;
    if (!root || isFault(root)) continue;
    const found = [...scalarsIn(root)].filter(({ value }) => typeof value === "string" && wanted.has(value));
    places.push(...found.map(placeOf));
  }
  return places;
}

function* scalarsIn(node: Node): Iterable<ScalarNode> {
  if (node.type === "scalar") yield node;
  else if (node.type === "list") for (const item of node.items) yield* scalarsIn(item);
  else for (const { value } of node.entries.values()) yield* scalarsIn(value);
}
