/** Which schema an editor takes for which file: globs for settings, and the line that says it in a file itself. */
import { posix } from "node:path";
import type { AnyKind } from "../catalog/document";
import { SITE_DOCUMENTS } from "../kinds/site-files";
import { schemaFile } from "./schemas";
import { isJson, type Json } from "./shape";

/** Globs by the name of a schema's file. */
export type Globs = ReadonlyMap<string, readonly string[]>;

/** The environments, by the name of a kind, one of whose layers has files of that kind. */
export type Layered = ReadonlyMap<string, readonly string[]>;

/**
 * The globs of a data root. A file of a layer may lack anything, and so may one of an environment, where a layer has
 * files of that kind: what they lack may stand there. Elsewhere a file is complete.
 */
export function globsOf(kinds: readonly AnyKind[], layered: Layered): Globs {
  const globs = new Map<string, readonly string[]>();
  for (const kind of kinds) {
    const folder = `${kind.provider}/${kind.folder}/**`;
    const within = layered.get(kind.name) ?? [];
    const own = yamlBelow(`environments/*/${folder}`);
    globs.set(schemaFile(kind.name), [...own, ...within.map((name) => `!environments/${name}/${folder}`)]);
    const patches = ["entities/*", ...within.map((name) => `environments/${name}`)];
    globs.set(
      schemaFile(kind.name, true),
      patches.flatMap((place) => yamlBelow(`${place}/${folder}`)),
    );
  }
  for (const name of Object.keys(SITE_DOCUMENTS))
    globs.set(schemaFile(name), [`environments/*/${name}.yaml`]);
  return globs;
}

function yamlBelow(folder: string): string[] {
  return [`${folder}/*.yaml`, `${folder}/*.yml`];
}

/** The entries of `yaml.schemas` for schemas that lie in a folder, seen from the data root. */
export function settingsOf(folder: string, globs: Globs): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...globs].map(([file, patterns]) => [dotted(posix.join(folder, file)), patterns]),
  );
}

/** VS Code's settings with our entries of `yaml.schemas`, all else as it was; undefined: they are not plain JSON. */
export function wired(settings: string | undefined, entries: Json): string | undefined {
  const text = settings ?? "{}";
  const known = parsed(text);
  const schemas = known?.["yaml.schemas"] ?? {};
  if (!known || !isJson(schemas)) return undefined;
  const indent = /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  return `${JSON.stringify({ ...known, "yaml.schemas": { ...schemas, ...entries } }, null, indent)}\n`;
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first line of a complete file, by which any editor finds its schema. `file` and the folder of the schemas are
 * seen from the data root; `name` is a kind, or a file at an environment's top.
 */
export function modeline(file: string, name: string, folder = "schemas"): string {
  const schema = posix.relative(posix.dirname(file), posix.join(folder, schemaFile(name)));
  return `# yaml-language-server: $schema=${dotted(schema)}`;
}

/** A relative path that cannot be taken for a name. */
function dotted(path: string): string {
  return path.startsWith(".") ? path : `./${path}`;
}
