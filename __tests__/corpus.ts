/**
 * The corpus: single changes of one good site (`corpus/site/`), each with the problems that it must give. A file of
 * `corpus/bad/` or `corpus/good/` holds many of them, a blank line between two:
 *
 *     a quota with a decimal comma
 *     @ environments/lab/openstack/quota-classes/q.yaml
 *     -     ram: 50 GiB
 *     +     ram: 1,5 GiB
 *     = 3:10 error unit: …
 *
 * `@ FILE` is what the next lines change; `- LINE` is taken out, `+ LINE` put where the last one was taken out, or at the
 * end, or into a new file; `x FILE` removes a file; `> FILE NEW` moves one. `= …` is an expected problem: its place is in
 * the file of the first `@`, unless another file stands before it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Edits } from "../catalog/files";
import type { Problem } from "../catalog/problem";

export interface Change {
  readonly title: string;
  /** The lines between the title and what is expected. */
  readonly lines: readonly string[];
  readonly expected: readonly string[];
  /** Where the case stands: its file and line. */
  readonly file: string;
  readonly line: number;
}

export const CORPUS = join(__dirname, "corpus");

export const SITE = join(CORPUS, "site");

/** The changes below `corpus/bad` or `corpus/good`, in the order of their files. */
export function changesIn(folder: string): Change[] {
  const files = readdirSync(join(CORPUS, folder)).filter((file) => file.endsWith(".txt"));
  return files.sort().flatMap((file) => changesOf(join(CORPUS, folder, file)));
}

function changesOf(file: string): Change[] {
  const changes: Change[] = [];
  let block: string[] = [];
  let start = 1;
  const end = (next: number) => {
    const [title = "", ...rest] = block;
    const expected = rest.filter((line) => line.startsWith("= ")).map((line) => line.slice(2));
    const lines = rest.filter((line) => !line.startsWith("= "));
    if (title !== "") changes.push({ title, lines, expected, file, line: start });
    block = [];
    start = next;
  };
  const all = readFileSync(file, "utf8").split("\n");
  for (const [index, line] of all.entries()) {
    if (line === "") end(index + 2);
    else block.push(line);
  }
  end(all.length);
  return changes;
}

/** The file that a problem without one is in. */
function firstFile({ lines }: Change): string {
  return /^[@x>] (\S+)$/.exec(lines.find((line) => /^[@x] /.test(line)) ?? "")?.[1] ?? "";
}

/** The site after a change. A line that is not there is a mistake of the case. */
export function editsOf(change: Change): Edits {
  const edits = new Map<string, string | undefined>();
  let file = "";
  let at: number | undefined;
  const linesOf = () => (edits.get(file) ?? textOf(file)).split("\n");
  for (const line of change.lines) {
    const [sign, rest] = [line.slice(0, 2), line.slice(2)];
    if (sign === "@ ") [file, at] = [rest, undefined];
    else if (sign === "x ") edits.set(rest, undefined);
    else if (sign === "> ") {
      const [from = "", to = ""] = rest.split(" ");
      edits.set(to, edits.get(from) ?? textOf(from));
      edits.set(from, undefined);
    } else if (sign === "- ") {
      const lines = linesOf();
      at = lines.indexOf(rest);
      if (at < 0) throw new Error(`${change.file}:${change.line}: ${file} has no line "${rest}"`);
      lines.splice(at, 1);
      edits.set(file, lines.join("\n"));
    } else if (sign === "+ " || line === "+") {
      const lines = linesOf();
      at ??= lines.length - 1;
      lines.splice(at++, 0, rest.replaceAll("\\t", "\t").replaceAll("\\r", "\r"));
      edits.set(file, lines.join("\n"));
    } else throw new Error(`${change.file}:${change.line}: "${line}" is no line of a case`);
  }
  return edits;
}

function textOf(file: string): string {
  try {
    return readFileSync(join(SITE, file), "utf8");
  } catch {
    return "";
  }
}

/** Problems as a case writes them. */
export function asExpected(change: Change, problems: readonly Problem[]): string[] {
  const own = firstFile(change);
  return problems.map(({ file, line, column, severity, code, message }) => {
    const place = file === own ? `${line}:${column}` : `${file}:${line}:${column}`;
    return `${place} ${severity} ${code}: ${message}`;
  });
}

/** Writes what was found into the file of the cases. */
export function update(change: Change, found: readonly string[]): void {
  const text = readFileSync(change.file, "utf8");
  const block = [change.title, ...change.lines];
  const old = [...block, ...change.expected.map((line) => `= ${line}`)].join("\n");
  const now = [...block, ...found.map((line) => `= ${line}`)].join("\n");
  writeFileSync(
    change.file,
    text.replace(old, () => now),
  );
}
