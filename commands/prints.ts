/** The prints of a review: which there are, and where they go. */
import { resolve } from "node:path";
import { isSystemError, writeFile } from "../change/write-file";
import { WorldError } from "../live/world";
import { inEnvironment } from "../review/assemble";
import { reviewAsGitlabReport } from "../review/gitlab-report";
import { reviewAsMarkdown } from "../review/markdown";
import type { Review } from "../review/model";
import { reviewAsPage } from "../review/page";
import { reviewAsText } from "../review/text";
import { type Call, type Streams, UsageError } from "./verb";

/** How large a comment may be, and where all of it stands. */
type Size = Parameters<typeof reviewAsMarkdown>[1];

type Print = (review: Review, streams: Streams, size: Size) => string;

/** What `plan` leaves in the output folder, and `deploy` takes for reviewed. */
export const REVIEW_FILE = "review.json";

/** By the name that `--format` and `--report` take. */
export const PRINTS = {
  text: (review, { colour, width }) =>
    reviewAsText(review, { colour, ...(width === undefined ? {} : { width }) }),
  markdown: (review, _, size) => reviewAsMarkdown(review, size),
  html: reviewAsPage,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
  gitlab: reviewAsGitlabReport,
} as const satisfies Record<string, Print>;

export const PRINT_OPTIONS = {
  format: { type: "string" },
  report: { type: "string", multiple: true },
  budget: { type: "string" },
  link: { type: "string" },
} as const;

export const PRINT_HELP = [
  `  --format F       ${Object.keys(PRINTS).join(", ")} (default: text);`,
  "                   gitlab: the counts of a merge request's Terraform widget",
  "  --report F:FILE  the same, into a file; may be repeated; with {environment} in its",
  "                   name one for each",
  "  --budget N       of markdown: at most so many characters (default: 60000)",
  "  --link URL       of markdown: where all of it stands, if it must be shortened",
].join("\n");

interface Wanted {
  readonly print: (review: Review, streams: Streams) => string;
  /** Absent: the output. */
  readonly file?: string;
}

/** The prints that a call asks for; wrong use before any work is done. */
export function printsOf({ flags }: Pick<Call, "flags">): readonly Wanted[] {
  const { format = "text", report = [], budget, link } = flags;
  const size: Size = {
    ...(budget === undefined ? {} : { budget: budgetOf(String(budget)) }),
    ...(typeof link === "string" ? { link } : {}),
  };
  const sized = (name: string) => {
    const print = printNamed(name);
    return (review: Review, streams: Streams) => print(review, streams, size);
  };
  const reports = [report].flat().map((one): Wanted => {
    const [, name = "", file = ""] = /^(\w+):(.+)$/s.exec(String(one)) ?? [];
    if (file === "")
      throw new UsageError(`--report ${String(one)}: FORMAT:FILE is wanted, such as html:review.html`);
    return { print: sized(name), file };
  });
  return [{ print: sized(String(format)) }, ...reports];
}

/** The least that a comment can be: less holds no verdict. */
const LEAST = 1000;

function budgetOf(written: string): number {
  if (/^\d{1,7}$/.test(written) && Number(written) >= LEAST) return Number(written);
  throw new UsageError(`--budget ${written}: a number of characters from ${LEAST} on is wanted`);
}

function printNamed(name: string): Print {
  const known: Readonly<Record<string, Print>> = PRINTS;
  const print = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!print) throw new UsageError(`there is no format "${name}": ${Object.keys(PRINTS).join(", ")}`);
  return print;
}

/** In a report's name: one report for each environment. */
const EACH = "{environment}";

function plain(streams: Streams): Streams {
  return { ...streams, colour: false, width: undefined };
}

/** Prints a review in every form that was asked for. */
export function printReview(review: Review, wanted: readonly Wanted[], { streams, cwd }: Call): void {
  for (const { print, file } of wanted) {
    if (file === undefined) streams.out(print(review, streams));
    else if (file.includes(EACH)) {
      for (const { name } of review.environments)
        writeReport(
          resolve(cwd, file.replaceAll(EACH, name)),
          print(inEnvironment(review, name), plain(streams)),
        );
    } else writeReport(resolve(cwd, file), print(review, plain(streams)));
  }
}

/** Writes a report; a WorldError where that cannot be. */
export function writeReport(file: string, text: string): void {
  try {
    writeFile(file, text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new WorldError(`${file} cannot be written: ${error.message}`);
  }
}
