// Writes docs/kinds.md, the reference of kinds, from the kinds themselves, and docs/problems.md, that of problems, from
// the table of codes. `--check` says if they are stale.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";
import { problemsPage } from "./problems.mjs";
import { unwrap } from "./schema.mjs";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = build();
const require = createRequire(join(dist, "package.json"));
const { kinds } = require("./kinds/kinds.js");

/** What may be written, in a few words. */
function typeOf(schema, meta) {
  const json = meta?.json;
  if (schema.def.type === "array")
    return `list of ${typeOf(unwrap(schema.def.element).schema, unwrap(schema.def.element).meta)}`;
  if (schema.def.type === "record")
    return `map to ${typeOf(unwrap(schema.def.valueType).schema, unwrap(schema.def.valueType).meta)}`;
  if (schema.def.type === "object") return "block";
  if (json?.enum) return json.enum.map((one) => `\`${one}\``).join(", ");
  if (json?.anyOf)
    return json.anyOf.some((one) => one.pattern)
      ? "number or quantity"
      : json.anyOf.map((one) => one.type ?? `\`${one.const}\``).join(" or ");
  return (
    { boolean: "true or false", integer: "whole number", string: "text", object: "map" }[json?.type] ??
    schema.def.type
  );
}

function* rows(object, path) {
  for (const [key, field] of Object.entries(object.shape)) {
    const { schema, required, fallback, meta } = unwrap(field);
    const name = [...path, key].join(".");
    const must = required
      ? "required"
      : fallback !== undefined && fallback !== "{}" && fallback !== "[]"
        ? `default ${fallback}`
        : "";
    const examples = (meta?.examples ?? [])
      .map((one) => `\`${typeof one === "string" ? one : JSON.stringify(one)}\``)
      .join(", ");
    const description = `${meta?.description ?? ""}${examples ? ` Such as ${examples}.` : ""}`;
    yield `| \`${name}\` | ${typeOf(schema, meta)} | ${must} | ${description.replaceAll("|", "\\|")} |`;
    const inner = schema.def.type === "array" ? unwrap(schema.def.element).schema : schema;
    if (inner.def.type === "object" && Object.keys(inner.shape).length > 0)
      yield* rows(inner, schema.def.type === "array" ? [...path, `${key}[]`] : [...path, key]);
  }
}

function section(kind) {
  const folder = `${kind.provider}/${kind.folder}/${kind.within ? `<${kind.within}>/` : ""}`;
  const becomes = kind.resource ? `Becomes \`${kind.resource}\`.` : "Becomes no resource of its own.";
  return [
    `## ${kind.name}`,
    "",
    kind.description,
    `Folder \`${folder}\`. ${becomes}${kind.protected ? " Protected: a removal must be acknowledged in `removals.yaml`." : ""}`,
    "",
    "| key | type | | meaning |",
    "| --- | --- | --- | --- |",
    ...rows(kind.document, []),
    "",
  ];
}

const text = [
  "# Kinds",
  "",
  "What may be written about each kind, generated from `kinds/` by `npm run docs`. Keys are given from the top of the file.",
  "Every file may carry `metadata:` besides, with `contacts`, `note`, `address`, `addresses`, `protected`, `accept`, `remove`.",
  "",
  "| kind | folder | resource | |",
  "| --- | --- | --- | --- |",
  ...kinds.map(
    (kind) =>
      `| [${kind.name}](#${kind.name}) | \`${kind.provider}/${kind.folder}\` | ${kind.resource ? `\`${kind.resource}\`` : "none"} | ${kind.description} |`,
  ),
  "",
  ...kinds.flatMap(section),
].join("\n");

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

/** Writes a page, or with `--check` says that it is stale. */
function keep(file, wanted) {
  const path = join(home, file);
  const current = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (current === wanted) return;
  if (process.argv.includes("--check")) {
    console.error(`${file} is stale: npm run docs`);
    process.exitCode = 1;
  } else writeFileSync(path, wanted);
}

keep("docs/kinds.md", text);
keep("docs/problems.md", await problemsPage(home, dist));
for (const page of ["README.md", "CONTRIBUTING.md"])
  keep(page, withOutputs(readFileSync(join(home, page), "utf8")));
