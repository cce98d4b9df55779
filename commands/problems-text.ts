import type { Files } from "../catalog/files";
import type { Problem } from "../catalog/problem";
import { plural } from "../kinds/names";

interface Style {
  readonly colour: boolean;
}

/** Problems for a person: the place, what is wrong, the line with a caret, what would be right. */
export function problemsAsText(problems: readonly Problem[], files: Files | undefined, style: Style): string {
  if (problems.length === 0) return "";
  // A refused value may be the secret itself: its line is not shown, for whatever problem.
  const secret = new Set(
    problems.filter(({ code }) => code === "secret").map(({ file, line }) => `${file}:${line}`),
  );
  const sourceOf = ({ file, line }: Problem) => {
    const isHidden = secret.has(`${file}:${line}`) || CONFIDENTIAL.test(file);
    return (isHidden ? undefined : files?.source(file)?.line(line)) ?? "";
  };
  const texts = problems.map((problem) => `${oneProblem(problem, sourceOf(problem), style)}\n`);
  return `${texts.join("\n")}\n${countOf(problems)}\n`;
}

/** Files whose every value may be one that was meant to be secret. */
const CONFIDENTIAL = /\/kubernetes\/secrets\//;

function oneProblem(problem: Problem, source: string, { colour }: Style): string {
  const { file, line, column, severity, code, message, help } = problem;
  const paint = (codes: string, text: string) => (colour ? `\u001b[${codes}m${text}\u001b[0m` : text);
  const isError = severity === "error";
  const place = paint("1", `${printable(file)}:${line}:${column}`);
  const head = `${place}: ${paint(isError ? "1;31" : "1;33", severity)}: ${printable(message)} ${paint("2", `[${code}]`)}`;
  const number = String(line);
  const gutter = " ".repeat(number.length);
  const mark = caret(source, column, (text) => paint(isError ? "31" : "33", text));
  const excerpt =
    source.trim() === ""
      ? []
      : [`${paint("2", `${number} |`)} ${cut(source)}`, `${paint("2", `${gutter} |`)} ${mark}`];
  return [head, ...excerpt, `${paint("2", `${gutter} =`)} ${printable(help)}`].join("\n");
}

/** The longest source line that is shown; what is cut is marked. */
const WIDTH = 160;

/** A value that a key calls secret, wherever it stands: a misspelled key must not show what was meant to be hidden. */
const SECRET_VALUE =
  /((?:passw|pwd|secret|token|credential|private|set_sensitive|\bauth\b)[\w-]*["']?\s*:\s*)(?![\s|>#])\S.*$/i;

/** User information in a URL, or what looks like it. */
const USER_INFORMATION = /(:\/\/|["'\s])[^/\s"'@]*:[^/\s"'@]*@/g;

function cut(line: string): string {
  const hidden = line.replace(SECRET_VALUE, "$1\u2026").replace(USER_INFORMATION, "$1\u2026@");
  const plain = printable(hidden);
  return plain.length > WIDTH ? `${plain.slice(0, WIDTH)}\u2026` : plain;
}

/** Text without what a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, "\u00b7");
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
  const warnings = problems.length - errors;
  return [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ].join(", ");
}
