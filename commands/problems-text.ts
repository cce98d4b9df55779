import type { Files } from "../catalog/files";
import type { Problem } from "../catalog/problem";

interface Style {
  readonly colour: boolean;
}

/** Problems for a person: the place, what is wrong, the line with a caret, what would be right. */
export function problemsAsText(problems: readonly Problem[], files: Files | undefined, style: Style): string {
  return (
    problems.map((problem) => `${oneProblem(problem, files, style)}\n`).join("\n") +
    (problems.length > 0 ? `\n${countOf(problems)}\n` : "")
  );
}

function oneProblem(
  { file, line, column, severity, code, message, help }: Problem,
  files: Files | undefined,
  { colour }: Style,
): string {
  const paint = (codes: string, text: string) => (colour ? `\u001b[${codes}m${text}\u001b[0m` : text);
  const isError = severity === "error";
  const head = `${paint("1", `${file}:${line}:${column}`)}: ${paint(isError ? "1;31" : "1;33", severity)}: ${message} ${paint("2", `[${code}]`)}`;
  const source = files?.source(file)?.line(line) ?? "";
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

function cut(line: string): string {
  const plain = line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\u00b7");
  return plain.length > WIDTH ? `${plain.slice(0, WIDTH)}\u2026` : plain;
}

function caret(line: string, column: number, paint: (text: string) => string): string {
  const before = line.slice(0, Math.min(column - 1, WIDTH)).replace(/[^\t]/g, " ");
  const word = /^("[^"]*"|'[^']*'|[^\s,\]}#]+)/.exec(line.slice(column - 1))?.[0] ?? " ";
  return before + paint("^".repeat(Math.max(1, Math.min(word.length, 60))));
}

/** `2 errors, 1 warning`. */
export function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return [plural(errors, "error"), plural(problems.length - errors, "warning")]
    .filter((text) => !text.startsWith("0 "))
    .join(", ");
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : noun.endsWith("y") ? "" : "s"}`;
}
