import { join, relative, resolve, sep } from "node:path";
import { Files } from "../catalog/files";
import { type Loaded, load } from "../catalog/load";
import { isSystemError, textOf, writeFile } from "../change/write-file";
import { kindSchema, type Names, schemas, siteSchemas } from "../editor/schemas";
import type { Json } from "../editor/shape";
import { layeredIn, namesOf } from "../editor/site";
import { globsOf, settingsOf, wired } from "../editor/wiring";
import { plural } from "../kinds/names";
import { SITE_DOCUMENTS } from "../kinds/site-files";
import { afterProblems, kindNamed } from "./choice";
import { EXIT, type ExitCode } from "./exit";
import { problemsAsText } from "./problems-text";
import { type Call, UsageError, type Verb } from "./verb";

export const schema: Verb = {
  name: "schema",
  usage: "[KIND] [--names] [--output DIR] [--vscode]",
  summary: "Write JSON Schemas, by which editors complete, explain and check.",
  help: [
    "  KIND           print the schema of one kind instead of writing them all;",
    "                 `environment`, `removals` and `drift` are the files of those names",
    "  --names        offer the keys that the site has where another entity is named",
    "  --output DIR   where to write (default: schemas, in the data root)",
    "  --vscode       say in .vscode/settings.json of the data root which files they",
    "                 are for; whatever else stands there is left as it is",
    "",
    "How other editors find them: docs/editor.md.",
  ].join("\n"),
  options: { names: { type: "boolean" }, output: { type: "string" }, vscode: { type: "boolean" } },
  words: { min: 0, max: 1 },
  run(call) {
    const { words, flags } = call;
    const [word] = words;
    const print = word === undefined ? undefined : oneOf(word, call);
    const toFile = ["output", "vscode"].find((flag) => flags[flag] !== undefined);
    if (print && toFile !== undefined)
      throw new UsageError(`the schema of one kind is printed: leave out --${toFile}`);
    const loaded = flags["names"] === true ? load(call.request) : undefined;
    if (loaded && loaded.catalogs.length === 0) {
      call.streams.err(problemsAsText(loaded.problems, loaded, call.streams));
      return EXIT.problems;
    }
    const names = namesFrom(loaded, call);
    if (print) call.streams.out(print(names));
    const code = print ? EXIT.fine : writeAll(names, call);
    return code === EXIT.fine && loaded ? afterProblems(loaded.problems, call.streams) : code;
  },
};

/** A function that makes the text of one schema. */
function oneOf(word: string, { request }: Call): (names: Names) => string {
  if (Object.hasOwn(SITE_DOCUMENTS, word))
    return (names) => textOfSchema(siteSchemas(request.kinds, names).get(word) ?? {});
  const kind = kindNamed(word);
  return (names) => textOfSchema(kindSchema(kind, { isPatch: false, names }));
}

/** The text of a schema's file. */
export function textOfSchema(json: Json): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}

function namesFrom(loaded: Loaded | undefined, { request }: Call): Names {
  return loaded?.files ? namesOf(loaded.catalogs, request.kinds, loaded.files) : new Map();
}

function writeAll(names: Names, { request, flags, streams, cwd }: Call): ExitCode {
  const { output } = flags;
  const folder = typeof output === "string" ? resolve(cwd, output) : join(request.root, "schemas");
  const texts = [...schemas(request.kinds, names)].map(([file, json]) => [file, textOfSchema(json)] as const);
  try {
    for (const [file, text] of texts) writeFile(join(folder, file), text);
    streams.out(`${plural(texts.length, "schema")} in ${relative(cwd, folder) || "."}\n`);
    if (flags["vscode"] === true) return wire(folder, request.root, streams, request.kinds);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    streams.err(`the schemas cannot be written: ${error.message}\n`);
    return EXIT.world;
  }
  streams.out("Next: `cloud-entities schema --vscode` wires VS Code; docs/editor.md has the other editors\n");
  return EXIT.fine;
}

/** Writes the wiring into VS Code's settings; where they are not plain JSON, it says what to add. */
function wire(
  folder: string,
  root: string,
  { out, err }: Call["streams"],
  kinds: Call["request"]["kinds"],
): ExitCode {
  const layered = layeredIn(new Files(root), kinds);
  const seen = relative(root, folder).split(sep).join("/");
  const entries = settingsOf(seen, globsOf(kinds, layered));
  const file = join(root, ".vscode", "settings.json");
  const text = wired(textOf(file), entries);
  if (text === undefined) {
    err(`${file} is not plain JSON: add this to it\n`);
    out(textOfSchema({ "yaml.schemas": entries }));
    return EXIT.problems;
  }
  writeFile(file, text);
  out(".vscode/settings.json says which files they are for\n");
  return EXIT.fine;
}
