import { CODES, type Code, type Severity } from "../kinds/codes";
import type { Place, Related } from "../kinds/kind";
import { type Origin, placeOf } from "./node";

/** Something a person must mend (an error) or look at (a warning). */
export interface Problem extends Place {
  readonly severity: Severity;
  /** What sort of problem it is. */
  readonly code: Code;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What would be right. */
  readonly help: string;
  /** A second place that it is about. */
  readonly related?: Related | undefined;
  /** The environments that it concerns; empty for a file that none uses. */
  readonly environments: readonly string[];
}

/** Collects problems. The same problem found in several environments is one problem. */
export class Problems {
  private readonly found = new Map<string, Problem>();

  add(
    at: Origin | Place,
    problem: {
      code: Code;
      message: string;
      help: string;
      related?: Related | undefined;
      environments?: readonly string[];
    },
  ): void {
    const { file, line, column } = "source" in at ? placeOf(at) : at;
    const { code, message, help, related, environments = [] } = problem;
    const same = JSON.stringify([file, line, column, code, message]);
    const earlier = this.found.get(same);
    const all = [...new Set([...(earlier?.environments ?? []), ...environments])].sort();
    this.found.set(same, {
      file,
      line,
      column,
      severity: CODES[code].severity,
      code,
      message,
      help: earlier?.help ?? help,
      related: earlier ? earlier.related : related,
      environments: all,
    });
  }

  /** Is a problem of that code told at that place already? */
  tells(at: Origin, code: Code): boolean {
    const { file, line, column } = placeOf(at);
    return [...this.found.values()].some(
      (one) => one.code === code && one.file === file && one.line === line && one.column === column,
    );
  }

  /** All problems, by file, line and column. */
  sorted(): readonly Problem[] {
    return [...this.found.values()].sort(
      (a, b) =>
        compare(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compare(a.code, b.code) ||
        compare(a.message, b.message),
    );
  }
}

/** The place of a problem that concerns a file or a folder as a whole. */
export function wholeFile(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** What would be right, with the second place named: for who shows the help alone. */
export function wholeHelp({ help, related }: Problem): string {
  return related ? `${related.message}: ${related.file}:${related.line}:${related.column}; ${help}` : help;
}

/** The order of code units: the same on every machine, whatever its language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
