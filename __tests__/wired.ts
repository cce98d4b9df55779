/** Which schema the wiring names for which file of a site. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Files } from "../catalog/files";
import { layeredIn } from "../editor/site";
import { globsOf } from "../editor/wiring";
import { kinds } from "../kinds/kinds";

/** A file of a site and the schema that the wiring names for it. */
export interface Wired {
  readonly file: string;
  readonly schema: string;
}

export function wiredFiles(root: string): Wired[] {
  const globs = [...globsOf(kinds, layeredIn(new Files(root), kinds))];
  return ["environments", "entities"]
    .flatMap((folder) => (existsSync(join(root, folder)) ? filesBelow(root, folder) : []))
    .flatMap((file) => globs.filter(([, some]) => matches(file, some)).map(([schema]) => ({ file, schema })));
}

function filesBelow(root: string, folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => `${folder}/${file}`);
}

function matches(file: string, globs: readonly string[]): boolean {
  const fits = (glob: string) => patternOf(glob).test(file);
  const isNegative = (glob: string) => glob.startsWith("!");
  return (
    globs.some((glob) => !isNegative(glob) && fits(glob)) &&
    !globs.some((glob) => isNegative(glob) && fits(glob.slice(1)))
  );
}

const patterns = new Map<string, RegExp>();

function patternOf(glob: string): RegExp {
  const known = patterns.get(glob) ?? makePattern(glob);
  patterns.set(glob, known);
  return known;
}

function makePattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(.*/)?";
    return part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replaceAll(".", "\\.");
  });
  return new RegExp(`^${parts.join("")}$`);
}
