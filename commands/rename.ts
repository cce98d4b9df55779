import type { Catalog } from "../catalog/catalog";
import { type Loaded, load } from "../catalog/load";
import { Source } from "../catalog/node";
import { isUnmanaged } from "../catalog/sections";
import { isRefused, type Refused } from "../change/edits";
import { faultOf, fieldOf } from "../change/fields";
import { containerOf, Renaming } from "../change/keys";
import { declaring, planRename, type RenamePlan } from "../change/rename";
import { writeFiles } from "../change/write-files";
import { name as nameField } from "../kinds/fields";
import { many, suggest, withArticle } from "../kinds/names";
import { kindNamed } from "./choice";
import { EXIT, type ExitCode } from "./exit";
import { problemsAsText } from "./problems-text";
import { renameAsDiff, renameAsText } from "./rename-text";
import { type Call, type Streams, UsageError, type Verb } from "./verb";

export const rename: Verb = {
  name: "rename",
  usage: "KIND OLD NEW [--dry-run]",
  summary: "Give an entity another name, in its file and wherever it is named.",
  help: [
    "  OLD, NEW    keys, such as c2.8core-16ram or <domain>/<name>",
    "  --dry-run   show what would change, and write nothing",
    "",
    "Every file that names the entity is changed, in each environment that has it (or",
    "in those of --environment), and its own file is renamed. Only the names are",
    "touched: comments and layout stay. Terraform names are kept by `metadata:",
    "{address: …}`, and what Terraform would do to the resources is said. A layer that",
    "further environments use is not changed. Nothing is written unless the whole",
    "site is as sound after it as it was before.",
  ].join("\n"),
  options: { "dry-run": { type: "boolean" } },
  words: { min: 3, max: 3 },
  run({ request, words, flags, streams }) {
    const [kindName = "", from = "", to = ""] = words;
    const kind = kindNamed(kindName);
    const before = load({ ...request, environments: [] });
    const chosen = chosenOf(before, request.environments);
    const renaming = new Renaming(kind, from, to, request.kinds);
    const environments = declaring(renaming, chosen);
    proveOld(renaming, environments, chosen, before, streams);
    proveNew(renaming, environments);
    const plan = planRename(request, renaming, before, environments);
    if (isRefused(plan)) return refuse(plan, streams);
    if (flags["dry-run"] === true) {
      streams.out(renameAsDiff(plan, (file) => textOf(before, file)));
      streams.out(renameAsText(plan, streams.columns, "would be"));
      streams.out("\nnothing was written (--dry-run)\n");
      return EXIT.fine;
    }
    return write(plan, before, { request, streams });
  },
};

function chosenOf({ catalogs }: Loaded, names: readonly string[]): readonly Catalog[] {
  const known = catalogs.map(({ environment }) => environment.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no environment "${unknown}"; ${suggest(unknown, known, "environments")}`);
  return names.length === 0
    ? catalogs
    : catalogs.filter(({ environment }) => names.includes(environment.name));
}

/** The old key is declared somewhere. */
function proveOld(
  { kind, from }: Renaming,
  environments: readonly Catalog[],
  chosen: readonly Catalog[],
  before: Loaded,
  streams: Streams,
): void {
  if (environments.length > 0) return;
  const unmanaged = chosen.find(({ environment }) => isUnmanaged(environment, kind, from));
  if (unmanaged) {
    const where = unmanaged.environment.name;
    throw new UsageError(
      `the ${kind.name} "${from}" is unmanaged in ${where}: rename it in the cloud, then in environment.yaml`,
    );
  }
  if (before.problems.some(({ severity }) => severity === "error"))
    streams.err("the site has errors, so that not everything can be seen: cloud-entities validate\n");
  const keys = [...new Set(chosen.flatMap((catalog) => [...catalog.declared(kind)]))].sort();
  throw new UsageError(`there is no ${kind.name} "${from}"; ${suggest(from, keys, many(kind.name))}`);
}

/** The new key is a valid one, and free. */
function proveNew({ kind, from, to }: Renaming, environments: readonly Catalog[]): void {
  if (to === from) throw new UsageError("the new name is the old one");
  const parts = to.split("/");
  const wanted = from.split("/").length;
  const container = containerOf(kind);
  if (parts.length !== wanted) {
    const shape = container === undefined ? "a name without `/`" : `<${container}>/<name>`;
    throw new UsageError(`"${to}" is no key of ${withArticle(kind.name)}: write ${shape}`);
  }
  const fields =
    kind.identity.length === 0 ? [anyName] : kind.identity.map((path) => fieldOf(kind, path) ?? anyName);
  for (const [index, field] of fields.entries()) {
    const fault = faultOf(field, parts[index]);
    if (fault) throw new UsageError([fault.message, fault.help].filter(Boolean).join(": "));
  }
  for (const catalog of environments) {
    const where = catalog.environment.name;
    const says = catalog.declared(kind).includes(to)
      ? "is there already"
      : isUnmanaged(catalog.environment, kind, to)
        ? "is there already, unmanaged,"
        : undefined;
    if (says !== undefined) throw new UsageError(`the ${kind.name} "${to}" ${says} in ${where}`);
  }
}

const anyName = nameField({ description: "A name." });

function refuse({ reason, problems, files }: Refused, streams: Streams): ExitCode {
  if (problems.length > 0) streams.err(problemsAsText(problems, { files, catalogs: [] }, streams));
  streams.err(`${reason}\nnothing was changed\n`);
  return EXIT.problems;
}

function write(
  plan: RenamePlan,
  before: Loaded,
  { request, streams }: Pick<Call, "request" | "streams">,
): ExitCode {
  const fault = writeFiles(request.root, plan.edits, (file) => textOf(before, file));
  if (fault) {
    streams.err(`${fault.message}\nnothing was changed\n`);
    return EXIT.world;
  }
  streams.out(renameAsText(plan, streams.columns, "are"));
  return EXIT.fine;
}

/** The text that a file had when it was read. */
function textOf({ files }: Loaded, file: string): string | undefined {
  const source = files?.source(file);
  return source instanceof Source ? source.text : undefined;
}
