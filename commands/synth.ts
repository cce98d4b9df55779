import { mkdirSync } from "node:fs";
import { relative, resolve } from "node:path";
import { resourcesOf } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import { copyFolders } from "../catalog/copies";
import { load } from "../catalog/load";
import type { Provider } from "../kinds/kind";
import { EXIT } from "./exit";
import { countsOf } from "./problems-formats";
import { plural, problemsAsText } from "./problems-text";
import type { Streams, Verb } from "./verb";

export const synth: Verb = {
  name: "synth",
  usage: "[--output DIR]",
  summary: "Write the Terraform JSON of every stack, byte for byte what `cdktf synth` writes.",
  help: "  --output DIR   where to write (default: cdktf.out)",
  options: { output: { type: "string" } },
  words: { min: 0, max: 0 },
  run({ request, flags, streams }) {
    const { catalogs, problems, files } = load(request);
    if (problems.length > 0) streams.err(problemsAsText(problems, files, streams));
    if (problems.some(({ severity }) => severity === "error")) {
      streams.err("nothing was written\n");
      return EXIT.problems;
    }
    const outdir = resolve(typeof flags["output"] === "string" ? flags["output"] : "cdktf.out");
    try {
      mkdirSync(outdir, { recursive: true });
    } catch (error) {
      streams.err(`${outdir} cannot be made: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.world;
    }
    // cdktf takes a tenth of a second to load: only who needs it waits for it.
    const { makeApp } = require("../constructs/app") as typeof import("../constructs/app");
    makeApp(catalogs, outdir).synth();
    for (const catalog of catalogs) copyFolders(catalog, request.root, outdir);
    streams.out(summary(catalogs, relative(process.cwd(), outdir) || ".", streams));
    return EXIT.fine;
  },
};

/** What was made: environments, entities by kind, stacks with their resources, where the JSON lies, what to do next. */
function summary(catalogs: readonly Catalog[], outdir: string, { columns }: Streams): string {
  const lines: string[] = [];
  for (const catalog of catalogs) {
    const { name, description, state } = catalog.environment;
    lines.push(`${name}${description === undefined ? "" : `  ${description}`}`);
    for (const { name: stack, provider } of catalog.stacks()) {
      const kinds = catalog.kinds.filter((kind) => kind.provider === provider);
      const counts = countsOf(catalog);
      const entities = kinds.flatMap((kind) =>
        counts[kind.name] === undefined ? [] : [plural(counts[kind.name] ?? 0, kind.name)],
      );
      lines.push(
        `  ${stack}: ${plural(resourceCount(catalog, provider), "resource")}, state ${state.backend}`,
      );
      lines.push(
        ...wrapped(entities.length > 0 ? entities : ["no entities"], columns - 4).map(
          (line) => `    ${line}`,
        ),
      );
      lines.push(`    ${outdir}/stacks/${stack}/cdk.tf.json`);
    }
    lines.push("");
  }
  const first = catalogs[0]?.stacks()[0]?.name;
  lines.push(`${plural(catalogs.length, "environment")} read and checked: no errors.`);
  if (first !== undefined)
    lines.push(`Next: look into the JSON, or let Terraform plan it: npx cdktf diff ${first}`);
  return `${lines.join("\n")}\n`;
}

function resourceCount(catalog: Catalog, provider: Provider): number {
  const kinds = catalog.kinds.filter((kind) => kind.provider === provider);
  return kinds.reduce(
    (sum, kind) =>
      sum +
      [...catalog.all(kind).values()].reduce(
        (inner, entity) => inner + resourcesOf(kind, entity, catalog).length,
        0,
      ),
    0,
  );
}

/** Words separated by commas, in lines of at most `width` characters. */
function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, word] of words.entries()) {
    const piece = index < words.length - 1 ? `${word}, ` : word;
    if (line !== "" && line.length + piece.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return [...lines, line];
}
