/**
 * What a deploy did, as it does it, beside its plan: a line an event, without any value of the stack. It survives whoever
 * writes it, so that the next run can tell.
 */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonOf } from "../live/json";
import type { Owner } from "./owner";
import { type Outcome, outcomeOf, type Step } from "./steps";

const run = z.object({
  is: z.literal("run"),
  at: z.string(),
  steps: z.array(z.object({ address: z.string(), does: z.array(z.string()) })),
});
const owner = z.object({
  is: z.literal("runs"),
  at: z.string(),
  pid: z.number(),
  start: z.string().optional(),
  host: z.string(),
  space: z.string().optional(),
  by: z.object({ pid: z.number(), start: z.string().optional() }).optional(),
  job: z
    .object({ forge: z.enum(["gitlab", "github"]), api: z.string(), project: z.string(), id: z.string() })
    .optional(),
});
const heard = z.object({
  is: z.enum(["begun", "done", "failed"]),
  at: z.string(),
  address: z.string(),
  action: z.string(),
});
const end = z.object({ is: z.literal("end"), at: z.string(), how: z.string() });
const told = z.object({ is: z.literal("told"), at: z.string() });

const entry = z.discriminatedUnion("is", [run, owner, heard, end, told]);

export type Entry = z.output<typeof entry>;

/** An entry before it has its time. */
export type News = Entry extends infer One ? (One extends Entry ? Omit<One, "at"> : never) : never;

/**
 * Writes the journal of one run, in the place of the last one's: not before its first object, for what is kept out by a
 * lock, perhaps that of the last run, has nothing to tell.
 */
export class Journal {
  private waiting: Entry[] = [];
  private isOpen = false;

  constructor(
    private readonly folder: string,
    steps: readonly Step[],
  ) {
    this.note({ is: "run", steps: steps.map(({ address, does }) => ({ address, does: [...does] })) });
  }

  /** Keeps in mind what is of use once something happens. */
  note(news: News): void {
    this.waiting.push(dated(news));
  }

  /** Writes it down, with what was kept in mind. Where that fails the run goes on: it is worth more than its journal. */
  add(news: News): void {
    this.note(news);
    const text = this.waiting.map(lineOf).join("");
    try {
      if (this.isOpen) appendFileSync(fileIn(this.folder), text);
      else this.open(text);
      this.waiting = [];
    } catch {
      // It is tried again with the next.
    }
  }

  /** How it ended. A run that did nothing leaves no journal. */
  end(how: string): void {
    if (this.isOpen || how === "applied") this.add({ is: "end", how });
  }

  private open(text: string): void {
    rmSync(fileIn(this.folder), { force: true });
    writeFileSync(fileIn(this.folder), text, { mode: 0o600, flag: "wx" });
    this.isOpen = true;
  }
}

/** What the journal of a folder tells of the last run there. */
export interface LastRun {
  readonly began: string;
  /** The last thing that was heard of it. */
  readonly until: string;
  /** Who runs it, once Terraform runs. */
  readonly owner: Owner | undefined;
  /** The first object was begun: from then on it had the lock. */
  readonly firstStep: string | undefined;
  /** How it ended; undefined: it was killed, or it still runs. */
  readonly how: string | undefined;
  /** Somebody planned since and was told. */
  readonly isTold: boolean;
  readonly outcome: Outcome;
}

/** The last run in a folder; undefined if there was none. What is no journal of ours tells nothing. */
export function lastRun(folder: string): LastRun | undefined {
  const entries = entriesIn(folder);
  const [first] = entries;
  if (first?.is !== "run") return undefined;
  const heardOf = entries.flatMap((one) => ("action" in one ? [one] : []));
  const ending = entries.find((one) => one.is === "end");
  return {
    began: first.at,
    until: entries.filter(({ is }) => is !== "told").at(-1)?.at ?? first.at,
    owner: entries.find((one) => one.is === "runs"),
    firstStep: heardOf[0]?.at,
    how: ending?.how,
    isTold: entries.some(({ is }) => is === "told"),
    outcome: outcomeOf(first.steps, heardOf, ending?.how === "applied"),
  };
}

/** Notes that whoever planned knows of the last run, so that it need not be told again. */
export function noteTold(folder: string): void {
  if (lastRun(folder)?.isTold === false) appendFileSync(fileIn(folder), lineOf(dated({ is: "told" })));
}

function fileIn(folder: string): string {
  return join(folder, "apply.jsonl");
}

function dated(news: News): Entry {
  return entry.parse({ ...news, at: new Date().toISOString() });
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Whole lines: the last one may have been cut off. */
function entriesIn(folder: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const parsed = entry.safeParse(jsonOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}
