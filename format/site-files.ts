import { environmentNames, foldersOf } from "../catalog/environments";
import type { Files } from "../catalog/files";
import { FolderReader } from "../catalog/folder-reader";
import type { Request } from "../catalog/load";
import { readMapFile } from "../catalog/map-file";
import { dataOf, type MapNode, nodeAt } from "../catalog/node";
import type { Problems } from "../catalog/problem";
import { SITE_FILES } from "../catalog/site";
import { SITE_DOCUMENTS } from "../kinds/site-files";
import type { Subject } from "./format";

/** A file of a site that holds an entity, or describes an environment, as it was read. */
export interface SiteFile {
  readonly file: string;
  readonly subject: Subject;
  readonly root: MapNode;
}

/** Every file of the environments that were asked for and of their layers; files that belong to an entity are none. */
export function siteFiles(files: Files, request: Request, problems: Problems): readonly SiteFile[] {
  const names = environmentNames(files, request.environments, problems);
  const own = names.flatMap((name) => ownFiles(files, name, problems));
  const used = own.flatMap(({ root }) => layersOf(root));
  const layers = foldersOf(files, "entities", "layer", problems);
  // With all environments asked for, layers that none uses belong to the site too.
  const chosen = layers.filter((layer) => request.environments.length === 0 || used.includes(layer));
  const reader = new FolderReader(files, request.kinds, problems);
  const folders = [
    ...names.map((name) => reader.read(`environments/${name}`, SITE_FILES, [name])),
    ...chosen.map((layer) => reader.read(`entities/${layer}`, [], [])),
  ];
  const companions = new Set(folders.flatMap((folder) => [...folder.companions.keys()]));
  const entities = folders
    .flatMap(({ documents }) => documents)
    .filter(({ file }) => !companions.has(file))
    .flatMap(({ file, kind, written, unfit }): SiteFile[] => {
      if (unfit) problems.add(unfit.at, unfit);
      if (!written || unfit) return [];
      return [{ file, subject: { kind, document: kind.document }, root: written }];
    });
  return [...own, ...entities];
}

function ownFiles(files: Files, name: string, problems: Problems): SiteFile[] {
  const folder = `environments/${name}`;
  const there = (files.list(folder) ?? []).map((entry) => entry.name);
  return Object.entries(SITE_DOCUMENTS).flatMap(([own, { document }]): SiteFile[] => {
    const file = `${folder}/${own}.yaml`;
    if (!there.includes(`${own}.yaml`)) return [];
    const root = readMapFile(files, file, "its block", problems, [name]);
    return root ? [{ file, subject: { kind: undefined, document }, root }] : [];
  });
}

function layersOf(root: MapNode): unknown[] {
  const layers = nodeAt(root, ["environment", "layers"]);
  return layers?.type === "list" ? layers.items.map(dataOf) : [];
}
