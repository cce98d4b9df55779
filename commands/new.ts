import type { Catalog } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Files } from "../catalog/files";
import { type Loaded, load } from "../catalog/load";
import { Draft } from "../change/draft";
import { faultOf } from "../change/fields";
import { containerOf } from "../change/keys";
import { choicesOf, fileOf, keyOf } from "../change/new-entity";
import { newProblems } from "../change/new-problems";
import { writeFiles } from "../change/write-files";
import { schemaFile } from "../editor/schemas";
import { modeline } from "../editor/wiring";
import { name as nameField } from "../kinds/fields";
import { plural, suggest, withArticle } from "../kinds/names";
import { kindNamed } from "./choice";
import { EXIT, type ExitCode } from "./exit";
import { fitted } from "./fitted";
import { askFurther, askRequired, lineOf, takeSetting } from "./new-dialogue";
import { problemsAsText } from "./problems-text";
import { type Call, type Terminal, UsageError, type Verb } from "./verb";

export const newEntity: Verb = {
  name: "new",
  usage: "KIND [KEY] [--set FIELD=VALUE]… [--layer L] [--dry-run]",
  summary: "Write a new entity's file: asked for at a terminal, or by flags.",
  help: [
    "  KEY               its name, or <domain>/<name>, or <namespace>/<name>",
    "  --set FIELD=VALUE a field and its value, in YAML; a list may be written with",
    "                    commas. FIELD is quota.cores, metadata.contacts, vcpus …",
    "  --layer L         write it below entities/L, for all environments that use it",
    "  --dry-run         show the file and write nothing (as --output - does)",
    "",
    "At a terminal what is missing is asked for, with the choices there are. In a",
    "script all that is missing is named at once. A file is written only if the site",
    "has no new error with it, and none is ever overwritten.",
    "",
    "  cloud-entities new project einfra_cz/courses --environment dev \\",
    "    --set metadata.contacts=cloud@example.org --set quota.cores=20",
  ].join("\n"),
  options: {
    set: { type: "string", multiple: true },
    layer: { type: "string" },
    output: { type: "string" },
    "dry-run": { type: "boolean" },
  },
  words: { min: 1, max: 2 },
  async run(call) {
    const { output } = call.flags;
    if (output !== undefined && output !== "-")
      throw new UsageError("--output takes only `-`: the place of a file says what it means");
    const kind = kindNamed(call.words[0] ?? "");
    const terminal = call.streams.terminal?.();
    try {
      return await make(kind, call, terminal);
    } finally {
      terminal?.close();
    }
  },
};

/** A place that entities are written below, and the environments that read it. */
interface Home {
  readonly base: string;
  readonly catalogs: readonly Catalog[];
}

async function make(kind: AnyKind, call: Call, terminal: Terminal | undefined): Promise<ExitCode> {
  const { request, streams, flags } = call;
  const before = load({ ...request, environments: [] });
  const { files } = before;
  if (!files) return refuse(before, call);
  const home = await homeOf(before, files, call, terminal);
  if (!home) return left(call);
  const draft = new Draft(kind);
  takeKey(draft, call.words[1]);
  const settings = [flags["set"] ?? []].flat().map(String);
  for (const setting of settings) {
    const fault = takeSetting(draft, setting, home.catalogs);
    if (fault !== undefined) throw new UsageError(fault);
  }
  const name = await nameOfFile(draft, call, terminal);
  if (name === undefined) return left(call);
  const asks = draft.missing().length > 0 || settings.length === 0;
  if (terminal && asks)
    streams.err(`A new ${kind.name} in ${home.base}.\nCtrl-C leaves, and nothing is written.\n`);
  if (terminal && !(await askRequired(draft, home.catalogs, terminal, streams))) return left(call);
  proveComplete(draft, home.catalogs, streams.columns);
  for (let isFirst = true; ; isFirst = false) {
    if (terminal && (settings.length === 0 || !isFirst)) {
      if (!(await askFurther(draft, home.catalogs, terminal, streams))) return left(call);
    }
    const proof = prove(draft, name === "" ? keyOf(draft) : name, home, before, files, call);
    if (proof.problems.length === 0) return write(proof, call);
    streams.err(`\n${problemsAsText(proof.problems, proof.after, streams)}`);
    if (!terminal || !isFirst) {
      streams.err("nothing was written\n");
      return EXIT.problems;
    }
  }
}

/** Where the entity belongs: a layer, the only environment, or the one that is chosen. */
async function homeOf(
  before: Loaded,
  files: Files,
  { request, flags, streams }: Call,
  terminal: Terminal | undefined,
): Promise<Home | undefined> {
  const { catalogs } = before;
  const layer = flags["layer"];
  if (typeof layer === "string") {
    const layers = (files.list("entities") ?? [])
      .filter(({ type }) => type === "folder")
      .map(({ name }) => name);
    if (!layers.includes(layer))
      throw new UsageError(`there is no layer "${layer}"; ${suggest(layer, layers, "layers")}`);
    return {
      base: `entities/${layer}`,
      catalogs: catalogs.filter((one) => one.environment.layers.includes(layer)),
    };
  }
  const names = catalogs.map(({ environment }) => environment.name);
  const chosen = request.environments.length > 0 ? request.environments : names;
  const unknown = chosen.find((one) => !names.includes(one));
  if (unknown !== undefined)
    throw new UsageError(`there is no environment "${unknown}"; ${suggest(unknown, names, "environments")}`);
  let [name] = chosen;
  if (chosen.length > 1 && !terminal)
    throw new UsageError(`which environment? --environment ${names.join(" | ")}`);
  if (chosen.length > 1 && terminal) {
    streams.err(`environment: Where it belongs.\n  ${chosen.join(", ")}\n`);
    name = await oneOf(chosen, terminal, streams);
  }
  const catalog = catalogs.find(({ environment }) => environment.name === name);
  if (catalog) return { base: `environments/${catalog.environment.name}`, catalogs: [catalog] };
  if (names.length === 0)
    throw new UsageError("there is no environment that can be read: cloud-entities validate");
  return undefined;
}

async function oneOf(
  choices: readonly string[],
  terminal: Terminal,
  { err }: Call["streams"],
): Promise<string | undefined> {
  for (;;) {
    const answer = (await terminal.ask("> "))?.trim();
    if (answer === undefined || choices.includes(answer)) return answer;
    err(`  ${suggest(answer, choices, "there are")}\n`);
  }
}

/** The parts of a key go into the fields that hold them. */
function takeKey(draft: Draft, key: string | undefined): void {
  const { kind } = draft;
  if (key === undefined || kind.identity.length === 0) return;
  const parts = key.split("/");
  if (parts.length !== kind.identity.length) {
    const shape = kind.identity.length === 1 ? "a name without `/`" : `<${containerOf(kind)}>/<name>`;
    throw new UsageError(`"${key}" is no key of ${withArticle(kind.name)}: write ${shape}`);
  }
  for (const [index, path] of kind.identity.entries()) {
    const refused = draft.setText(path, parts[index] ?? "");
    if (refused) throw new UsageError(refused.fault);
  }
}

/** The key of a kind whose files alone have a name; "" for the others, undefined: the person has left. */
async function nameOfFile(
  { kind }: Draft,
  { words, streams }: Call,
  terminal: Terminal | undefined,
): Promise<string | undefined> {
  if (kind.identity.length > 0) return "";
  const [, given] = words;
  if (given !== undefined) {
    const fault = faultOf(FILE_NAME, given);
    if (fault) throw new UsageError(`${fault.message}: ${fault.help}`);
    return given;
  }
  if (!terminal) throw new UsageError(`a KEY is wanted: the name of the ${kind.name}'s file`);
  streams.err("\nname: The name of its file.\n");
  for (;;) {
    const answer = (await terminal.ask("> "))?.trim();
    const fault = answer === undefined ? undefined : faultOf(FILE_NAME, answer);
    if (!fault) return answer;
    streams.err(`  ${fault.message}; ${fault.help}\n`);
  }
}

const FILE_NAME = nameField({ description: "The name of a file." });

/** In a script, all that is missing is named at once. */
function proveComplete(draft: Draft, catalogs: readonly Catalog[], columns: number): void {
  const missing = draft.missing();
  if (missing.length === 0) return;
  const lines = missing.flatMap((field) => {
    const choices = choicesOf(field, draft, catalogs)?.slice(0, 8) ?? [];
    const example = field.examples[0] ?? choices[0] ?? "…";
    const shown = [example].flat().map(String).join(",");
    return [
      `  --set '${draft.nameOf(field.path)}=${shown}'`,
      ...fitted(lineOf(field, draft).split(": ").slice(1).join(": "), columns, "      "),
    ];
  });
  throw new UsageError(`${plural(missing.length, "required value")} missing:\n${lines.join("\n")}`);
}

/** The line by which an editor finds the schema of a file, where the data root has schemas. */
function schemaLine(kind: AnyKind, file: string, files: Files): string | undefined {
  const isThere = (files.list("schemas") ?? []).some(({ name }) => name === schemaFile(kind.name));
  return isThere ? modeline(file, kind.name) : undefined;
}

interface Proof {
  readonly file: string;
  readonly text: string;
  readonly problems: Loaded["problems"];
  readonly after: Loaded;
}

/** The file as it would be, and the errors that the site would have with it. */
function prove(
  draft: Draft,
  key: string | undefined,
  { base, catalogs }: Home,
  before: Loaded,
  files: Files,
  { request }: Call,
): Proof {
  const { kind } = draft;
  const name = key ?? "";
  const there = catalogs.find((catalog) => catalog.declared(kind).includes(name));
  if (there) {
    const file = there.located(kind).get(name)?.files.at(-1) ?? there.environment.name;
    throw new UsageError(`the ${kind.name} "${name}" is there already: ${file}`);
  }
  const file = fileOf(kind, name, base, files);
  if ((files.list(file.slice(0, file.lastIndexOf("/"))) ?? []).some((entry) => entry.file === file))
    throw new UsageError(`${file} is there already`);
  const text = draft.text(schemaLine(kind, file, files));
  const after = load({ ...request, environments: [], edits: new Map([[file, text]]) });
  const fresh = newProblems(before.problems, after.problems, new Map());
  const problems = fresh.filter(({ severity }) => severity === "error");
  const isRead = catalogs.length === 0 || after.catalogs.some((one) => one.declared(kind).includes(name));
  if (problems.length === 0 && !isRead)
    throw new UsageError(`${file} would not be read: choose another name`);
  return { file, text, problems, after };
}

function write({ file, text, after }: Proof, { request, flags, streams }: Call): ExitCode {
  if (flags["dry-run"] === true || flags["output"] === "-") {
    streams.out(text);
    return EXIT.fine;
  }
  const fault = writeFiles(request.root, new Map([[file, text]]), () => undefined);
  if (fault) {
    streams.err(`${fault.message}\nnothing was written\n`);
    return EXIT.world;
  }
  const warnings = after.problems.filter((problem) => problem.file === file);
  if (warnings.length > 0) streams.err(problemsAsText(warnings, after, streams));
  streams.out(`${file}\n\nNext: npx cloud-entities validate\n      git add ${file}\n`);
  return EXIT.fine;
}

function refuse(loaded: Loaded, { streams }: Call): ExitCode {
  streams.err(problemsAsText(loaded.problems, loaded, streams));
  return EXIT.problems;
}

function left({ streams }: Call): ExitCode {
  streams.err("\nnothing was written\n");
  return EXIT.problems;
}
