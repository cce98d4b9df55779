import { mkdirSync } from "node:fs";
import type { Catalog } from "../catalog/catalog";
import { copyFolders } from "../catalog/copies";
import { type Loaded, load, type Request } from "../catalog/load";
import { isSystemError } from "../change/write-file";
import { EXIT, type ExitCode } from "./exit";
import { pruneImports } from "./imports";
import { problemsAsText } from "./problems-text";
import type { Streams } from "./verb";

/** The stacks that were written, or how the attempt ended. */
export type Written =
  | { readonly catalogs: readonly Catalog[]; readonly loaded: Loaded }
  | { readonly exit: ExitCode };

/** Reads the data and writes every stack's JSON; nothing after an error. `outdir` absent: cdktf's own choice. */
export function writeStacks(request: Request, outdir: string | undefined, streams: Streams): Written {
  const loaded = load(request);
  const { catalogs, problems } = loaded;
  if (problems.length > 0) streams.err(problemsAsText(problems, loaded, streams));
  if (problems.some(({ severity }) => severity === "error")) {
    streams.err("nothing was written\n");
    return { exit: EXIT.problems };
  }
  // It would switch cdktf to another output language.
  delete process.env["SYNTH_HCL_OUTPUT"];
  try {
    if (outdir !== undefined) mkdirSync(outdir, { recursive: true });
    // cdktf takes a tenth of a second to load: only who needs it waits for it.
    const { synthesise } = require("../constructs/app") as typeof import("../constructs/app");
    const written = synthesise(catalogs, outdir);
    for (const catalog of catalogs) {
      copyFolders(catalog, request.root, written);
      for (const { name } of catalog.stacks()) pruneImports(written, name);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    streams.err(`the output cannot be written: ${error.message}\n`);
    return { exit: EXIT.world };
  }
  return { catalogs, loaded };
}
