/** The prints of a review: which there are, and where they go. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { WorldError } from "../live/world";
import type { Review } from "../review/model";
import { type Call, type Streams, UsageError } from "./verb";
import { isSystemError } from "./write-file";

type Print = (review: Review, streams: Streams) => string;

/** By the name that `--format` and `--report` take. */
export const PRINTS = {
  text: (review) => `${JSON.stringify(review, null, 1)}\n`,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
} as const satisfies Record<string, Print>;

export const PRINT_OPTIONS = {
  format: { type: "string" },
  report: { type: "string", multiple: true },
} as const;

export const PRINT_HELP = [
  `  --format F       ${Object.keys(PRINTS).join(", ")} (default: text)`,
  "  --report F:FILE  the same, into a file; may be repeated",
].join("\n");

interface Wanted {
  readonly print: Print;
  /** Absent: the output. */
  readonly file?: string;
}

/** The prints that a call asks for; wrong use before any work is done. */
export function printsOf({ flags }: Pick<Call, "flags">): readonly Wanted[] {
  const { format = "text", report = [] } = flags;
  const reports = [report].flat().map((one): Wanted => {
    const [, name = "", file = ""] = /^(\w+):(.+)$/s.exec(String(one)) ?? [];
    if (file === "")
      throw new UsageError(`--report ${String(one)}: FORMAT:FILE is wanted, such as html:review.html`);
    return { print: printNamed(name), file };
  });
  return [{ print: printNamed(String(format)) }, ...reports];
}

function printNamed(name: string): Print {
  const known: Readonly<Record<string, Print>> = PRINTS;
  const print = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!print) throw new UsageError(`there is no format "${name}": ${Object.keys(PRINTS).join(", ")}`);
  return print;
}

/** Prints a review in every form that was asked for. */
export function printReview(review: Review, wanted: readonly Wanted[], { streams, cwd }: Call): void {
  for (const { print, file } of wanted) {
    if (file === undefined) streams.out(print(review, streams));
    else writeReport(resolve(cwd, file), print(review, { ...streams, colour: false, width: undefined }));
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new WorldError(`${file} cannot be written: ${error.message}`);
  }
}
