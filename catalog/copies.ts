import { cpSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "./catalog";

/** Copies the folders that entities name, such as vendored charts, beside the JSON of their stack. */
export function copyFolders(catalog: Catalog, root: string, outdir: string): void {
  for (const kind of catalog.kinds) {
    if (!kind.copies || !catalog.environment[kind.provider]) continue;
    const stack = join(outdir, "stacks", catalog.stackOf(kind.provider));
    const sources = new Map<string, string>();
    for (const entity of catalog.all(kind).values()) {
      for (const { source, copy } of kind.copies(entity)) sources.set(copy, source);
    }
    // What an earlier run copied may be gone from the data.
    for (const top of new Set([...sources.keys()].map((copy) => copy.split("/")[1] ?? ""))) {
      rmSync(join(stack, top), { recursive: true, force: true });
    }
    for (const [copy, source] of sources) {
      mkdirSync(join(stack, copy), { recursive: true });
      // Links could lead out of the data root, and pipes never end: they are left out.
      cpSync(join(root, source), join(stack, copy), {
        recursive: true,
        filter: isPlain,
      });
    }
  }
}

function isPlain(file: string): boolean {
  const stat = lstatSync(file);
  return stat.isFile() || stat.isDirectory();
}
