import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { Files } from "../catalog/files";
import type { Request } from "../catalog/load";
import { type Problem, Problems, wholeFile } from "../catalog/problem";
import { isSystemError, replaceFile } from "../change/write-file";
import type { SiteFile } from "../format/site-files";
import type { Code } from "../kinds/codes";
import { plural, suggest } from "../kinds/names";
import { EXIT } from "./exit";
import { problemsAsText } from "./problems-text";
import { type Call, UsageError, type Verb } from "./verb";

/** What keeps a file from being read or formatted; all else that is wrong with it is for `validate` to say. */
const CONCERN: ReadonlySet<Code> = new Set<Code>([
  "file",
  "yaml",
  "path",
  "environment",
  "not-yet",
  "format",
]);

export const fmt: Verb = {
  name: "fmt",
  usage: "[FILE…] [--check]",
  summary: "Bring entity files into canonical form; comments and values stay.",
  help: [
    "  FILE      only these files (default: every entity file, environment.yaml and",
    "            removals.yaml of the environments and their layers)",
    "  --check   write nothing; name the files that would change, and exit with 1",
    "",
    "Canonical: `metadata` first, then the kind's block; the keys of a block in the",
    "order of docs/kinds.md; two spaces a level, lists below their keys; one space",
    "after a colon; blank lines never twice. Blocks that older project files nest",
    "below `metadata` or `project` move up.",
    "",
    "Quotes, numbers, brackets, long lines and texts stay as they were written, and",
    "so does the order of a block that comments or blank lines divide, of quotas and",
    "limits, and of free maps. Files that a Helm release lists are left alone.",
  ].join("\n"),
  options: { check: { type: "boolean" } },
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  run(call) {
    const { request, streams, flags } = call;
    const problems = new Problems();
    const files = filesOf(request, problems);
    const isCheck = flags["check"] === true;
    const { changed, chosen } = files
      ? formatAll(files, call, problems, isCheck)
      : { changed: 0, chosen: undefined };
    const found = concerning(problems, chosen);
    if (found.length > 0) streams.err(problemsAsText(found, { files, catalogs: [] }, streams));
    if (changed > 0) streams.out(`${plural(changed, "file")} ${isCheck ? "would change" : "changed"}\n`);
    return found.length > 0 || (isCheck && changed > 0) ? EXIT.problems : EXIT.fine;
  },
};

function filesOf({ root }: Request, problems: Problems): Files | undefined {
  if (existsSync(root) && statSync(root).isDirectory()) return new Files(root);
  const help = "name the folder that holds `environments/` by --root";
  problems.add(wholeFile("environments"), { code: "file", message: `there is no folder ${root}`, help });
  return undefined;
}

function formatAll(files: Files, call: Call, problems: Problems, isCheck: boolean) {
  const { request, words, streams } = call;
  // Its parser of comments takes a while to load: only who formats waits for it.
  const { siteFiles } = require("../format/site-files") as typeof import("../format/site-files");
  const all = siteFiles(files, request, problems);
  for (const { file, message, help } of files.faults)
    problems.add(wholeFile(file), { code: "file", message, help });
  const chosen = words.length === 0 ? undefined : chosenFiles(all, call, problems);
  let changed = 0;
  for (const one of all) {
    if (chosen && !chosen.has(one.file)) continue;
    const done = formatOne(one, request.root, problems, isCheck);
    if (done === undefined) continue;
    changed++;
    streams.out(`${one.file}: ${done}\n`);
  }
  return { changed, chosen };
}

/** The files that were named, from the root; one that is no entity file is wrong use. */
function chosenFiles(
  all: readonly SiteFile[],
  { words, cwd, request }: Call,
  problems: Problems,
): Set<string> {
  const known = [...all.map(({ file }) => file), ...problems.sorted().map(({ file }) => file)];
  const named = words.map((word) => relative(request.root, resolve(cwd, word)).split(sep).join("/"));
  for (const file of named) {
    if (known.includes(file)) continue;
    throw new UsageError(`${file} is no entity file of this site; ${suggest(file, known, "entity files")}`);
  }
  return new Set(named);
}

/** Formats one file. Says what changed, or would; undefined if nothing does. */
function formatOne(one: SiteFile, root: string, problems: Problems, isCheck: boolean): string | undefined {
  const { formatted } = require("../format/format") as typeof import("../format/format");
  const result = formatted(one.root, one.subject);
  if ("message" in result) {
    problems.add(result.at, { code: "format", message: result.message, help: result.help });
    return undefined;
  }
  const path = join(root, one.file);
  const complain = (message: string, help: string) => {
    problems.add(wholeFile(one.file), { code: "file", message, help });
    return undefined;
  };
  try {
    if (lstatSync(path).isSymbolicLink()) return undefined;
    const bytes = readFileSync(path);
    if (bytes.equals(Buffer.from(result.text))) return undefined;
    if (new TextDecoder().decode(bytes) !== one.root.source.text)
      return complain("somebody changed the file just now", "run this again");
    if (!isCheck) replaceFile(path, result.text);
    return result.changes.join(", ") || "white space";
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = "code" in error ? String(error.code) : error.message;
    return complain(`the file cannot be written (${why})`, "mend its permissions, or those of its folder");
  }
}

function concerning(problems: Problems, chosen: ReadonlySet<string> | undefined): readonly Problem[] {
  return problems.sorted().filter(({ code, file }) => CONCERN.has(code) && (!chosen || chosen.has(file)));
}
