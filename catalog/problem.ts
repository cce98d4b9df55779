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

/** What may be wrong once and shows in many places, such as an entity that is gone. */
export interface Cause {
  readonly what: string;
  /** What would be right at a single place. */
  readonly help: string;
  /** How it is told where it shows in many places. */
  readonly many: {
    /** So many are many. */
    readonly from: number;
    /** Where it is wrong; absent: nobody knows, and it is told at the first of its places. */
    readonly at?: Place;
    readonly code?: Code;
    readonly message?: string;
    readonly help: string;
  };
}

/** Collects problems. The same problem found in several environments is one problem. */
export class Problems {
  private readonly found = new Map<string, Problem>();
  /** Of problems that have one cause: which. */
  private readonly causes = new Map<Problem, Cause>();

  add(
    at: Origin | Place,
    problem: {
      code: Code;
      message: string;
      help: string;
      related?: Related | undefined;
      environments?: readonly string[];
      cause?: Cause | undefined;
    },
  ): void {
    const { file, line, column } = "source" in at ? placeOf(at) : at;
    const { code, message, help, related, environments = [], cause } = problem;
    const same = JSON.stringify([file, line, column, code, message]);
    const earlier = this.found.get(same);
    const all = [...new Set([...(earlier?.environments ?? []), ...environments])].sort();
    const added: Problem = {
      file,
      line,
      column,
      severity: CODES[code].severity,
      code,
      message,
      help: earlier?.help ?? help,
      related: earlier ? earlier.related : related,
      environments: all,
    };
    this.found.set(same, added);
    if (cause !== undefined) this.causes.set(added, cause);
  }

  /** Is a problem of that code told at that place already? */
  tells(at: Origin, code: Code): boolean {
    const { file, line, column } = placeOf(at);
    return [...this.found.values()].some(
      (one) => one.code === code && one.file === file && one.line === line && one.column === column,
    );
  }

  /** Is an error told in that line already? */
  tellsErrorAt({ file, line }: Place): boolean {
    return [...this.found.values()].some(
      (one) => one.severity === "error" && one.file === file && one.line === line,
    );
  }

  /** All problems, by file, line and column. Of many that have one cause only the first, which names others. */
  sorted(): readonly Problem[] {
    const sorted = [...this.found.values()].sort(byPlace);
    const byCause = new Map<string, Problem[]>();
    for (const problem of sorted) {
      const { what } = this.causes.get(problem) ?? {};
      const alike = what === undefined ? undefined : byCause.get(what);
      if (alike) alike.push(problem);
      else if (what !== undefined) byCause.set(what, [problem]);
    }
    return sorted
      .flatMap((problem) => {
        const cause = this.causes.get(problem);
        const alike = byCause.get(cause?.what ?? "") ?? [];
        if (!cause || alike.length < cause.many.from) return [problem];
        return problem === alike[0] ? [told(problem, alike, cause)] : [];
      })
      .sort(byPlace);
  }
}

/** Places that are named beside the first. */
const SHOWN = 3;

/** The one problem that stands for all that have a cause. */
function told(first: Problem, alike: readonly Problem[], { many }: Cause): Problem {
  const others = (many.at ? alike : alike.slice(1)).map(({ file, line }) => `${file}:${line}`);
  const shown = `${others.slice(0, SHOWN).join(", ")}${others.length > SHOWN ? ", …" : ""}`;
  return {
    ...first,
    ...many.at,
    code: many.code ?? first.code,
    message: many.message ?? first.message,
    help: `${many.help}, or mend all ${alike.length} places (${many.at ? "" : "also "}${shown})`,
    environments: [...new Set(alike.flatMap(({ environments }) => environments))].sort(),
  };
}

function byPlace(a: Problem, b: Problem): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
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
