/** What an editor may know of a site: the keys that it has, and which files may be patches. */
import type { Catalog } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Files } from "../catalog/files";
import { readMapFile } from "../catalog/map-file";
import { dataOf, nodeAt } from "../catalog/node";
import { compare, Problems } from "../catalog/problem";
import type { Names } from "./schemas";
import type { Layered } from "./wiring";

/** The keys of every kind in all environments: what is declared, unmanaged or always there; and the layers. */
export function namesOf(catalogs: readonly Catalog[], kinds: readonly AnyKind[], files: Files): Names {
  const names = new Map<string, readonly string[]>();
  for (const kind of kinds) {
    const keys = catalogs.flatMap((catalog) => [...catalog.declared(kind), ...catalog.unmanaged(kind)]);
    names.set(kind.name, [...new Set([...keys, ...(kind.always ?? [])])].sort(compare));
  }
  return names.set("layer", foldersOf(files, "entities"));
}

/** The environments one of whose layers has a folder of a kind, by kind. */
export function layeredIn(files: Files, kinds: readonly AnyKind[]): Layered {
  const environments = foldersOf(files, "environments").map((name) => ({
    name,
    layers: layersOf(files, name),
  }));
  return new Map(
    kinds.map(({ name: kind, provider, folder }) => {
      const isIn = (layer: string) => files.isFolder(`entities/${layer}/${provider}/${folder}`);
      const layered = environments.filter(({ layers }) => layers.some(isIn));
      return [kind, layered.map(({ name }) => name)] as const;
    }),
  );
}

/** The layers that an environment names; all there are, if its file cannot be read. */
function layersOf(files: Files, environment: string): readonly string[] {
  const all = foldersOf(files, "entities");
  const root = readMapFile(files, `environments/${environment}/environment.yaml`, "", new Problems(), []);
  if (!root) return all;
  const layers = nodeAt(root, ["environment", "layers"]);
  const written = layers && dataOf(layers);
  return all.filter((layer) => Array.isArray(written) && written.includes(layer));
}

function foldersOf(files: Files, path: string): string[] {
  return (files.list(path) ?? []).filter(({ type }) => type === "folder").map(({ name }) => name);
}
