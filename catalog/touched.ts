import type { AnyKind } from "./document";
import { Files, isYaml } from "./files";
import { FolderReader } from "./folder-reader";
import { Problems } from "./problem";
import { readSite, SITE_FILES } from "./site";

/** What changed files can touch: environments, and layers whatever uses them. */
export interface Touched {
  readonly environments: ReadonlySet<string>;
  readonly layers: ReadonlySet<string>;
}

interface Data {
  readonly root: string;
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
}

/**
 * What changed files, relative to the data root, can touch; undefined: perhaps everything. Problems are not told
 * here: whoever reads what was touched finds them.
 */
export function touchedBy(changed: ReadonlySet<string>, data: Data): Touched | undefined {
  if (![...changed].every(isPlain)) return undefined;
  const environments = new Set(secondsOf(changed, "environments"));
  const layers = new Set(secondsOf(changed, "entities"));
  const files = new Files(data.root);
  const listing = new Listing(files, data);
  const folders = (files.list("environments") ?? []).filter(({ type }) => type === "folder");
  for (const { name } of folders) {
    if (environments.has(name)) continue;
    const site = readSite(files, name, data, new Problems());
    // Nobody knows the layers and the state of an environment that cannot be read.
    const isTouched =
      !site ||
      site.environment.layers.some((layer) => layers.has(layer)) ||
      listing.lists(changed, `environments/${name}`, SITE_FILES) ||
      site.environment.layers.some((layer) => listing.lists(changed, `entities/${layer}`, []));
    if (isTouched) environments.add(name);
  }
  return { environments, layers };
}

/** Is it a file that belongs to one environment or layer? Of others nobody knows what they are for, such as charts. */
function isPlain(file: string): boolean {
  const parts = file.split("/");
  const [top] = parts;
  return (
    (top === "environments" || top === "entities") &&
    parts.length > 2 &&
    isYaml(file) &&
    parts.every((part) => !part.startsWith("."))
  );
}

function secondsOf(files: ReadonlySet<string>, top: string): string[] {
  return [...files].map((file) => file.split("/")).flatMap(([one, name = ""]) => (one === top ? name : []));
}

/** Which files the entities of a folder list as theirs, wherever these lie. */
class Listing {
  private readonly reader: FolderReader;

  constructor(files: Files, { kinds }: Data) {
    const listing = kinds.filter(({ companions }) => companions !== undefined);
    this.reader = new FolderReader(files, listing, new Problems());
  }

  lists(changed: ReadonlySet<string>, folder: string, own: readonly string[]): boolean {
    const { companions } = this.reader.read(folder, own, []);
    return [...companions.keys()].some((file) => changed.has(file));
  }
}
