// Writes what is generated from the kinds: docs/kinds.md, docs/problems.md, schemas/, VS Code's wiring; the schema of a review;
// and the outputs in pages for people. `--check` says if it is stale.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";
import { guideWithOutputs } from "./guides.mjs";
import { problemsPage } from "./problems.mjs";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = build();
const require = createRequire(join(dist, "package.json"));
const { kinds } = require("./kinds/kinds.js");

const { reference } = require("./editor/reference.js");
const { schemas } = require("./editor/schemas.js");
const { layeredIn } = require("./editor/site.js");
const { globsOf, settingsOf, wired } = require("./editor/wiring.js");
const { textOfSchema } = require("./commands/schema.js");
const { Files } = require("./catalog/files.js");
const { REVIEW_SCHEMA, reviewSchema } = require("./review/schema.js");
const { QUOTA_KEYS } = require("./kinds/quota.js");
const { RESOURCE_OF } = require("./kinds/project-quota.js");
const known = JSON.parse(readFileSync(join(home, "__tests__/providers/arguments.json"), "utf8"));

/** Fields that are called like an argument, but become something else. */
const NAMESAKES = ["helm-release.name", "helm-release.repository", "helm-release.values"];

/** The Terraform argument that a field becomes: of the kind's resource, or of the quotas of a service. */
function argument(kind, path) {
  const [key, block] = [path.at(-1), path.at(-2)];
  const service = Object.keys(QUOTA_KEYS).find((one) => block === "quota" && QUOTA_KEYS[one][key]);
  if (service !== undefined) {
    const { type } = RESOURCE_OF[service];
    return type === "restapi_object" ? undefined : `${type}.${key}`;
  }
  if (path.length !== 2 || block !== kind.name || NAMESAKES.includes(path.join("."))) return undefined;
  const one = key.replace(/s$/, "");
  const names = [key, `${key}_id`, one, `${one}_ids`];
  return names.find((name) => known[kind.resource]?.arguments[name]);
}

/** A file of a kind that shows it, of the examples or of the cases: the longest of the short ones. */
function example(kind) {
  const folder = `/${kind.provider}/${kind.folder}/`;
  const isOf = (file) => file.includes(folder) && file.endsWith(".yaml");
  const files = below("environments")
    .filter(isOf)
    .map((file) => ({ file, text: read(file) }));
  const cases = below(`__tests__/cases/${kind.name}`).filter((file) => basename(file).startsWith("ok-"));
  const parts = cases.flatMap((file) => partsOf(read(file)).filter((part) => isOf(part.file)));
  const lines = ({ text }) => text.trimEnd().split("\n").length;
  const sorted = [files, parts].map((some) =>
    some.sort((a, b) => lines(b) - lines(a) || (a.file < b.file ? -1 : 1)),
  );
  const short = sorted.map((some) => some.find((one) => lines(one) <= 24) ?? some.at(-1));
  return short.find((one) => one !== undefined);
}

/** The files of a case: each begins at a line `-- path --`. */
function partsOf(text) {
  const parts = text.split(/^-- (.+) --$\n?/m).slice(1);
  return parts.flatMap((file, index) => (index % 2 === 0 ? [{ file, text: parts[index + 1] }] : []));
}

function below(folder) {
  const files = readdirSync(join(home, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => `${folder}/${file}`).sort();
}

function read(file) {
  return statSync(join(home, file)).isFile() ? readFileSync(join(home, file), "utf8") : "";
}

/** A block of a page that shows a command and what it prints: ```console, then `$ command`, then the output. */
const EXCERPT = /^```console\n\$ (npx cloud-entities .+)\n[\s\S]*?^```$/gm;

/** A block of a page that shows a file of the examples: ```yaml file=PATH. */
const SHOWN = /^```yaml file=(\S+)\n[\s\S]*?^```$/gm;

/** The page with the outputs that its commands have now. */
function withOutputs(page) {
  const shown = page.replace(
    SHOWN,
    (_, file) =>
      `\`\`\`yaml file=${file}\n# ${file}\n${readFileSync(join(home, file), "utf8").trimEnd()}\n\`\`\``,
  );
  return shown.replace(EXCERPT, (_, command) => {
    const [, , ...args] = command.split(" ");
    const env = { ...process.env, CLOUD_ENTITIES_AS_OF: "2026-11-21", NO_COLOR: "1" };
    const { stdout, stderr } = spawnSync(process.execPath, [join(home, "bin/cloud-entities.mjs"), ...args], {
      cwd: home,
      encoding: "utf8",
      env,
    });
    return `\`\`\`console\n$ ${command}\n${(stdout + stderr).trimEnd()}\n\`\`\``;
  });
}

/** Writes a page, or removes what has no text any more; or with `--check` says that it is stale. */
function keep(file, wanted) {
  const path = join(home, file);
  const current = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (current === wanted) return;
  if (process.argv.includes("--check")) {
    console.error(`${file} is stale: npm run docs`);
    process.exitCode = 1;
  } else if (wanted === undefined) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wanted);
  }
}

keep("docs/kinds.md", reference(kinds, { argument, example }));
keep("docs/problems.md", await problemsPage(home, dist));
const made = new Map([...schemas(kinds, new Map()), [REVIEW_SCHEMA, reviewSchema()]]);
for (const [file, json] of made) keep(`schemas/${file}`, textOfSchema(json));
for (const file of existsSync(join(home, "schemas")) ? below("schemas") : [])
  if (!made.has(basename(file))) keep(file, undefined);
const settings = ".vscode/settings.json";
const entries = settingsOf("schemas", globsOf(kinds, layeredIn(new Files(home), kinds)));
keep(settings, wired(existsSync(join(home, settings)) ? read(settings) : undefined, entries));
for (const page of ["README.md", "CONTRIBUTING.md"])
  keep(page, withOutputs(readFileSync(join(home, page), "utf8")));
for (const page of [...below("docs/guides"), "docs/review.md"])
  keep(page, guideWithOutputs(home, read(page)));
