import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compare } from "../catalog/problem";
import { textOf, writeFile } from "../change/write-file";
import { inert } from "../constructs/template";
import { configurationOf } from "../live/configuration";
import { jsonOf } from "../live/json";

/** An object that exists and is taken over: a resource's address, and what `terraform import` takes. */
export interface Import {
  readonly to: string;
  readonly id: string;
}

/** The file beside a stack's JSON that holds its import blocks. `adopt` writes it; synthesis only prunes it. */
export function importsFile(outdir: string, stack: string): string {
  return join(folderOf(outdir, stack), "imports.tf.json");
}

/** The folder of a stack. */
export function folderOf(outdir: string, stack: string): string {
  return join(outdir, "stacks", stack);
}

/** Writes the import blocks of a stack; without any, the file goes. */
export function writeImports(outdir: string, stack: string, imports: readonly Import[]): void {
  const sorted = [...imports].sort((a, b) => compare(a.to, b.to));
  // An id is a template to Terraform; it is data to us.
  writeBlocks(
    importsFile(outdir, stack),
    sorted.map(({ to, id }) => ({ to, id: inert(id) })),
  );
}

const importsJson = z.strictObject({ import: z.array(z.strictObject({ to: z.string(), id: z.string() })) });

/**
 * Drops the import blocks whose resource the stack no longer has: Terraform refuses them. The blocks of what was
 * taken over already do no harm. A file that is not as `adopt` writes it is left to its author.
 */
export function pruneImports(outdir: string, stack: string): void {
  const file = importsFile(outdir, stack);
  const text = textOf(file);
  if (text === undefined) return;
  const parsed = importsJson.safeParse(jsonOf(text));
  if (!parsed.success) return;
  const { blocks } = stackConfiguration(outdir, stack);
  const kept = parsed.data.import.filter(({ to }) => blocks.has(to));
  if (kept.length < parsed.data.import.length) writeBlocks(file, kept);
}

/** What a stack's JSON says, as it was just written. */
export function stackConfiguration(outdir: string, stack: string) {
  return configurationOf(JSON.parse(readFileSync(join(folderOf(outdir, stack), "cdk.tf.json"), "utf8")));
}

function writeBlocks(file: string, blocks: readonly Import[]): void {
  if (blocks.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  writeFile(file, `${JSON.stringify({ import: blocks }, null, 2)}\n`);
}
