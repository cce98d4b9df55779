import type { Loaded } from "../catalog/load";
import type { Problem } from "../catalog/problem";
import type { Code } from "../kinds/codes";
import type { Place } from "../kinds/kind";
import { plural } from "../kinds/names";
import { isConfidential } from "../kinds/secrecy";
import { excerpt } from "./excerpt";
import { printable } from "./terminal-text";

interface Style {
  readonly colour: boolean;
  /** The width of the terminal; absent where the output is no terminal: nothing is wrapped there. */
  readonly width?: number | undefined;
}

/** From this many problems on they are also counted by code. */
const MANY = 50;

/** Problems for a person: the place, what is wrong, the line with a caret, the other place, what would be right. */
export function problemsAsText(
  problems: readonly Problem[],
  { files, catalogs }: Pick<Loaded, "files" | "catalogs">,
  style: Style,
): string {
  if (problems.length === 0) return "";
  // A refused value may be the secret itself: its line is not shown, for whatever problem.
  const secret = new Set(
    problems.filter(({ code }) => code === "secret").map(({ file, line }) => `${file}:${line}`),
  );
  const sourceOf = ({ file, line }: Place) => {
    const isHidden = secret.has(`${file}:${line}`) || isConfidential(file);
    return (isHidden ? undefined : files?.source(file)?.line(line)) ?? "";
  };
  const sound = catalogs.map(({ environment }) => environment.name);
  const all = new Set([...sound, ...problems.flatMap(({ environments }) => environments)]).size;
  const texts = problems.map((problem) => `${new Report(style, sourceOf, all).of(problem)}\n`);
  const counts = problems.length < MANY ? "" : `${countsByCode(problems)}\n`;
  return `${texts.join("\n")}\n${counts}${countOf(problems)} in ${filesOf(problems)}\n`;
}

/** The report of one problem. */
class Report {
  constructor(
    private readonly style: Style,
    private readonly sourceOf: (place: Place) => string,
    /** How many environments were read: what concerns them all need not say so. */
    private readonly environments: number,
  ) {}

  of(problem: Problem): string {
    const { severity, code, message, help, related } = problem;
    const margin = " ".repeat(Math.max(String(problem.line).length, String(related?.line ?? 0).length));
    const red = severity === "error" ? "31" : "33";
    const head = `${this.placeOf(problem)}: ${this.paint(`1;${red}`, severity)}: ${printable(message)} ${this.paint("2", `[${code}]`)}`;
    const other = related && [
      `${this.paint("2", `${margin} :::`)} ${this.placeOf(related)}: ${related.message}`,
      ...this.lines(related, margin, "2"),
    ];
    return [
      ...this.wrapped(head, "    "),
      ...this.lines(problem, margin, red),
      ...(other ?? []),
      ...this.note(margin, help),
      ...this.concerned(problem).flatMap((note) => this.note(margin, note)),
    ].join("\n");
  }

  private placeOf({ file, line, column }: Place): string {
    return this.paint("1", `${printable(file)}:${line}:${column}`);
  }

  /** A layer's file that only some of the environments have trouble with: which ones. */
  private concerned({ file, environments }: Problem): string[] {
    const isLayer = file.startsWith("entities/");
    if (!isLayer || environments.length === 0 || environments.length === this.environments) return [];
    return [`in ${environments.join(", ")}, not in every environment`];
  }

  private lines(place: Place, margin: string, colour: string): string[] {
    const found = excerpt(this.sourceOf(place), place.column);
    if (!found) return [];
    const number = String(place.line).padStart(margin.length);
    const mark = found.mark.replace(/\^+$/, (carets) => this.paint(colour, carets));
    return [
      `${this.paint("2", `${number} |`)} ${found.line}`,
      ...(found.mark === "" ? [] : [`${this.paint("2", `${margin} |`)} ${mark}`]),
    ];
  }

  private note(margin: string, text: string): string[] {
    const [first = "", ...more] = this.wrapped(`${margin} = ${printable(text)}`, `${margin}   `);
    return [first.replace(`${margin} =`, this.paint("2", `${margin} =`)), ...more];
  }

  private paint(codes: string, text: string): string {
    return this.style.colour ? `\u001b[${codes}m${text}\u001b[0m` : text;
  }

  /** A long line in several, each as wide as the terminal at most; words stay whole. */
  private wrapped(text: string, indent: string): string[] {
    const { width } = this.style;
    if (width === undefined || width < 40) return [text];
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(/(?<=\S) (?=\S)/)) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && seen(longer) > width) {
        lines.push(line);
        line = indent + word;
      } else line = longer;
    }
    return [...lines, line];
  }
}

/** How many characters are seen of a text: colours take no room. */
function seen(text: string): number {
  return text.replace(/\u001b\[[0-9;]*m/g, "").length;
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

function filesOf(problems: readonly Problem[]): string {
  return plural(new Set(problems.map(({ file }) => file)).size, "file");
}

/** `reference 41, unit 12`: the most frequent first. */
function countsByCode(problems: readonly Problem[]): string {
  const counts = new Map<Code, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([code, count]) => `${code} ${count}`).join(", ");
}
