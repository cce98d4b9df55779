// docs/proofs.md: what the lives proved of each kind, from what their runs left.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "../bin/build.mjs";
import { livesOf, touchedBy } from "./lifecycle.mjs";
import { home } from "./terraform.mjs";

const PAGE = join(home, "docs/proofs.md");

/** How a field changed, in words. */
const WORDS = {
  updated: "in place",
  replaced: "replaced",
  added: "adds a resource",
  removed: "removes a resource",
  "nothing planned": "nothing is planned",
};

/** Writes the page with `UPDATE=1`, else says whether it is current. Returns an exit code. */
export function keepPage(folder) {
  const { text, holes } = page(folder);
  for (const hole of holes) console.error(`e2e: ${hole} is neither proved nor explained (e2e/lifecycles)`);
  if (holes.length > 0) return 1;
  if (process.env.UPDATE) writeFileSync(PAGE, text);
  const isCurrent = existsSync(PAGE) && readFileSync(PAGE, "utf8") === text;
  if (!isCurrent) console.error("e2e: docs/proofs.md is stale: UPDATE=1 npm run e2e");
  return isCurrent ? 0 : 1;
}

/** A module of the app, compiled. */
function required(module) {
  return createRequire(join(build(), "package.json"))(module);
}

/** The page, and the fields of which nothing is said. */
export function page(folder) {
  const { kinds } = required("./kinds/kinds.js");
  const runs = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  const [types, written, unseen] = ["types", "written", "unseen"].map((part) =>
    Object.assign({}, ...runs.map((run) => run[part])),
  );
  const lives = ["openstack", "kubernetes"].flatMap(livesOf);
  const unproved = Object.assign({}, ...lives.map((life) => life.unproved ?? {}));
  const late = lives
    .filter(({ needs }) => needs)
    .flatMap(({ needs, changes }) =>
      changes.flatMap(({ write }) => touchedBy(write).map((key) => [key, needs])),
    );
  const adopted = Object.assign({}, ...lives.map((life) => life.adopted ?? {}));
  const holes = [];
  const sections = kinds
    .filter(({ provider }) => provider !== "grafana")
    .map((kind) =>
      section(
        kind,
        { written, unseen, late: Object.fromEntries(late), unproved: unproved[kind.name] ?? {} },
        holes,
      ),
    );
  const text = [
    "# What was proved",
    "",
    "Every kind was created, changed, adopted and destroyed on a real OpenStack (Zed) and a real Kubernetes API (1.36), with the",
    "OpenStack provider 1.54.1, Helm 1.3.2, Kubernetes 3.0 and REST 1.20.0. This page is written by the run",
    "(`UPDATE=1 npm run e2e`); [how it is done](../e2e/lifecycles/README.md). Each change was planned exactly, applied, read",
    "back through the API, and the next plan was empty.",
    "",
    "## Resources",
    "",
    "| resource | created, then an empty plan | adopted, then an empty plan | destroyed, nothing left |",
    "| --- | --- | --- | --- |",
    ...Object.entries(types)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([type, proofs]) => {
        const cells = ["created", "adopted", "destroyed"].map((proof) =>
          proofs.includes(proof) ? "yes" : "no",
        );
        const late = adopted[type];
        if (late) cells[1] += `, after an [apply](limits.md#after-adopt) (${[late].flat().join(", ")})`;
        return `| \`${type}\` | ${cells.join(" | ")} |`;
      }),
    "",
    "## Fields",
    "",
    "*In place*, *replaced*: what the plan said when the field was changed. *Seen*: a change of it behind Terraform's back was planned",
    "to be put right, and was.",
    "",
    ...sections.flat(),
  ].join("\n");
  return { text, holes };
}

function section(kind, { written, unseen, late, unproved }, holes) {
  const folder = `${kind.provider}/${kind.folder}`;
  const isWritten = Object.keys(written).some((key) => key.startsWith(`${folder} `));
  if (kind.resource === undefined && !isWritten)
    return [`### ${kind.name}`, "", "Becomes nothing in the cloud: it is checked, and that is all.", ""];
  const { blockOf, fieldPaths } = required("./editor/shape.js");
  const fields = fieldPaths(blockOf(kind.document));
  const rows = fields.map((field) => {
    const proofs = of(written, folder, field).flat();
    const blind = of(unseen, folder, field)[0];
    const changes = [...new Set(proofs)].filter((proof) => Object.hasOwn(WORDS, proof));
    // Of a field that changes what is there, it says nothing that another file of the same change came or went.
    const own = changes.filter((proof) => proof === "updated" || proof === "replaced");
    const change = (own.length > 0 ? own : changes)
      .map((proof) => WORDS[proof])
      .sort()
      .join(", ");
    const drift = proofs.includes("drifted") ? "seen" : (blind ?? "");
    const [needs] = of(late, folder, field);
    const why = unproved[field] ?? (needs && `wants ${wordsOf(needs)}; tried with \`E2E_PLUGINS\``);
    if (change === "" && why === undefined) holes.push(`the field \`${field}\` of ${kind.name}`);
    return `| \`${field}\` | ${change === "" ? `not proved: ${why}` : change} | ${drift} |`;
  });
  const parts = Object.entries(unproved).filter(([field]) => !fields.includes(field));
  rows.push(...parts.map(([field, why]) => `| \`${field}\` | not proved: ${why} | |`));
  return [`### ${kind.name}`, "", "| field | change | by hand |", "| --- | --- | --- |", ...rows, ""];
}

function wordsOf(needs) {
  return Object.entries(needs)
    .map(([provider, version]) => `the ${provider} provider ${version}`)
    .join(", ");
}

/** What was noted of a field, of a part of it, or of the block that holds it. */
function of(notes, folder, field) {
  return Object.entries(notes).flatMap(([key, note]) => {
    const [where, path] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
    const isIt = path === field || path.startsWith(`${field}.`) || field.startsWith(`${path}.`);
    return where === folder && isIt ? [note] : [];
  });
}
