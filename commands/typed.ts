import { relative, resolve } from "node:path";
import { programName } from "../terraform/program";
import type { Call } from "./verb";

/** Where the stacks are written: `--output`, else cdktf's own folder. */
export function outputOf({ flags, cwd }: Pick<Call, "flags" | "cwd">): string {
  const chosen = flags["output"];
  return resolve(cwd, typeof chosen === "string" ? chosen : "cdktf.out");
}

/** A command line of ours for a person to type, with the root and the output of this call. */
export function typed({ request, flags, cwd }: Call, ...words: readonly string[]): string {
  const root = relative(cwd, request.root);
  const output = flags["output"];
  return [
    "npx cloud-entities",
    ...words,
    ...(root === "" ? [] : ["--root", quoted(root)]),
    ...(typeof output === "string" ? ["--output", quoted(output)] : []),
  ].join(" ");
}

/** A command line of Terraform's, in the folder of a stack. */
export function typedTerraform(
  { variables, cwd }: Call,
  folder: string,
  ...words: readonly string[]
): string {
  return `${programName(variables)} -chdir=${quoted(relative(cwd, folder))} ${words.join(" ")}`;
}

function quoted(word: string): string {
  return /^[\w./@:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
