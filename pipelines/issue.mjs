// node pipelines/issue.mjs FOLDER: one open issue for each environment with drift, made or updated from the reports that drift.sh wrote
// there; closed when there is none any more. An environment that could not be looked at keeps the issue that it has.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Failure, forgeOf, MARKER, step } from "./forge.mjs";

await step(async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Failure("node pipelines/issue.mjs FOLDER: which folder?", 2);
  const reports = reportsIn(folder);
  const forge = forgeOf(process.env);
  for (const { environment, isUnknown, text } of reports) {
    const title = `Drift in ${environment}`;
    if (isUnknown) process.stderr.write(`${environment} could not be looked at: its issue stays as it is\n`);
    else if (!forge?.token)
      process.stdout.write(`${title}: ${text === undefined ? "none" : `there would be an issue\n${text}`}\n`);
    else {
      const mark = `<!-- cloud-entities drift of ${environment} -->`;
      const body = text && `${mark}\n${text}`;
      const done = await forge.ready().issue(mark, title, body);
      process.stdout.write(`${title}: ${done ? `issue ${done}` : "none"}\n`);
    }
  }
});

function reportsIn(folder) {
  const files = readdirSync(folder).sort();
  return files.flatMap((file) => {
    const [, environment] = /^drift-(.+)\.json$/.exec(file) ?? [];
    if (environment === undefined) return [];
    const { drift, environments } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const isUnknown = environments.some(({ stacks }) => stacks.some(({ is }) => is === "failed"));
    const comment = readFileSync(join(folder, `drift-${environment}.md`), "utf8");
    const text = drift.length > 0 ? comment.replace(`${MARKER}\n`, "") : undefined;
    return [{ environment, isUnknown, text }];
  });
}
