import { relative } from "node:path";
import type { Catalog } from "../catalog/catalog";
import { plural } from "../kinds/names";
import { EXIT } from "./exit";
import { outputOf, typed } from "./typed";
import type { Streams, Verb } from "./verb";
import { writeStacks } from "./write-stacks";

export const synth: Verb = {
  name: "synth",
  usage: "[--output DIR]",
  summary: "Write the Terraform JSON of every stack, as `cdktf synth` does.",
  help: `  --output DIR   where to write (default: cdktf.out)

  cloud-entities synth --environment prod-brno`,
  options: { output: { type: "string" } },
  words: { min: 0, max: 0 },
  run(call) {
    const { request, streams, cwd } = call;
    const outdir = outputOf(call);
    const written = writeStacks(request, outdir, streams);
    if ("exit" in written) return written.exit;
    streams.out(summary(written.catalogs, relative(cwd, outdir) || ".", streams));
    const first = written.catalogs[0]?.stacks()[0]?.name;
    if (first !== undefined)
      streams.out(`Next: look into the JSON, or let Terraform plan it: ${typed(call, "plan", first)}\n`);
    return EXIT.fine;
  },
};

/** What was made: environments, entities by kind, stacks with their resources, where the JSON lies. */
function summary(catalogs: readonly Catalog[], outdir: string, { columns }: Streams): string {
  const lines: string[] = [];
  for (const catalog of catalogs) {
    const { name, description, state } = catalog.environment;
    lines.push(`${name}${description === undefined ? "" : `  ${description}`}`);
    for (const { name: stack, provider } of catalog.stacks()) {
      const counts = Object.entries(catalog.counts(provider));
      const entities = counts.reduce((sum, [, count]) => sum + count, 0);
      const resources = plural(catalog.resourceCounts.get(provider) ?? 0, "resource");
      lines.push(`  ${stack}: ${plural(entities, "entity")} → ${resources}, state ${state.backend}`);
      const words = counts.map(([kind, count]) => plural(count, kind));
      lines.push(...wrapped(words, columns - 4).map((line) => `    ${line}`));
      lines.push(`    ${outdir}/stacks/${stack}/cdk.tf.json`);
    }
    lines.push("");
  }
  lines.push(`${plural(catalogs.length, "environment")} read and checked: no errors.`);
  return `${lines.join("\n")}\n`;
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
  return line === "" ? lines : [...lines, line];
}
