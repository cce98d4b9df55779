import type { Files } from "./files";
import { type MapNode, Source } from "./node";
import { type Problems, wholeFile } from "./problem";
import { isFault, readYaml } from "./yaml";

/** Has a text no data at all, only comments and empty lines? */
export function holdsNothing({ text }: Source): boolean {
  return text.split("\n").every((line) => /^\uFEFF?(---|\.{3})?\s*(#|$)/.test(line));
}

/** The tree of a file that holds a map; undefined after one problem. `begins` says what such a file begins with. */
export function readMapFile(
  files: Files,
  file: string,
  begins: string,
  problems: Problems,
  environments: readonly string[],
): MapNode | undefined {
  const source = files.read(file);
  if (!(source instanceof Source)) {
    const { message, help } = source;
    problems.add(wholeFile(file), { code: "file", message, help, environments });
    return undefined;
  }
  const node = readYaml(source);
  if (isFault(node)) {
    const { at, message, help, related } = node;
    problems.add(at, { code: "yaml", message, help, related, environments });
    return undefined;
  }
  if (node.type === "map") return node;
  const help = `it begins with ${begins}`;
  problems.add(node, { code: "yaml", message: "the file holds no map", help, environments });
  return undefined;
}
