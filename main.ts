/** The cdktf app: environments in, stacks out. `cdktf synth`, `diff` and `deploy` run it. */
import { copyFolders } from "./catalog/copies";
import { load } from "./catalog/load";
import { EXIT } from "./commands/exit";
import { problemsAsText } from "./commands/problems-text";
import { requestOf } from "./commands/request";
import { makeApp } from "./constructs/app";

// It would switch cdktf to another output language (traps C9).
delete process.env["SYNTH_HCL_OUTPUT"];

const request = requestOf({}, process.env, process.cwd(), new Date());
if ("fault" in request) {
  process.stderr.write(`${request.fault}\n`);
  process.exit(EXIT.usage);
}
const { catalogs, problems, files } = load(request);
if (problems.length > 0) process.stderr.write(problemsAsText(problems, files, { colour: false }));
if (problems.some(({ severity }) => severity === "error")) process.exit(EXIT.problems);
const app = makeApp(catalogs);
app.synth();
for (const catalog of catalogs) copyFolders(catalog, request.root, app.outdir);
