import type { Files } from "../catalog/files";
import type { Problem } from "../catalog/problem";
import { plural } from "../kinds/names";

interface Style {
  readonly colour: boolean;
}

/** Problems for a person: the place, what is wrong, the line with a caret, what would be right. */
export function problemsAsText(problems: readonly Problem[], files: Files | undefined, style: Style): string {
  // A refused value may be the secret itself: its line is not shown, for whatever problem.
  const secret = new Set(
    problems.filter(({ code }) => code === "secret").map(({ file, line }) => `${file}:${line}`),
  );
  const lineOf = ({ file, line }: Problem) =>
    (secret.has(`${file}:${line}`) ? "" : files?.source(file)?.line(line)) ?? "";
  return (
    problems.map((problem) => `${oneProblem(problem, lineOf(problem), style)}\n`).join("\n") +
    (problems.length > 0 ? `\n${countOf(problems)}\n` : "")
  );
}

function oneProblem(
  { file, line, column, severity, code, message, help }: Problem,
  source: string,
  { colour }: Style,
): string {
  const paint = (codes: string, text: string) => (colour ? `\u001b[${codes}m${text}\u001b[0m` : text);
  const isError = severity === "error";
  const head = `${paint("1", `${file}:${line}:${column}`)}: ${paint(isError ? "1;31" : "1;33", severity)}: ${message} ${paint("2", `[${code}]`)}`;
  const number = String(line);
  const gutter = " ".repeat(number.length);
  const excerpt =
    source.trim() === ""
      ? []
      : [
          `${paint("2", `${number} |`)} ${cut(source)}`,
          `${paint("2", `${gutter} |`)} ${caret(source, column, (text) => paint(isError ? "31" : "33", text))}`,
        ];
  return [head, ...excerpt, `${paint("2", `${gutter} =`)} ${help}`].join("\n");
}

/** The longest source line that is shown; what is cut is marked. */
const WIDTH = 160;

/** A value that a key calls secret, wherever it stands: a misspelled key must not show what was meant to be hidden. */
const SECRET_VALUE = /((?:pass|secret|token|credential|private)[\w-]*["']?\s*:\s*)(?![\s{[|>#])\S.*$/i;

function cut(line: string): string {
  const plain = line
    .replace(SECRET_VALUE, "$1\u2026")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\u00b7");
  return plain.length > WIDTH ? `${plain.slice(0, WIDTH)}\u2026` : plain;
}

function caret(line: string, column: number, paint: (text: string) => string): string {
  const before = line.slice(0, Math.min(column - 1, WIDTH)).replace(/[^\t]/g, " ");
  return before + paint("^".repeat(Math.max(1, Math.min(marked(line.slice(column - 1)).length, 60))));
}

/** What stands at a place: a key without its colon, a quoted text, a plain scalar to its end. */
function marked(rest: string): string {
  const key = /^[^\s"'[{,:]+(?=:(\s|$))/.exec(rest) ?? /^("[^"]*"|'[^']*')/.exec(rest);
  return (key ?? /^[^,\]}]*?(?=\s*($|[,\]}]|\s#))/.exec(rest))?.[0] ?? "";
}

/** `2 errors, 1 warning`. */
export function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return [plural(errors, "error"), plural(problems.length - errors, "warning")]
    .filter((text) => !text.startsWith("0 "))
    .join(", ");
}
