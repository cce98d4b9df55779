import { chmodSync, existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Variables } from "../live/settings";
import { interruptible, interruptions } from "./interruption";
import { Journal } from "./journal";
import { type Lock, lockIn } from "./lock-info";
import { type Diagnostic, messageOf, sentencesOf } from "./messages";
import { jobOf, ownerBegunHere } from "./owner";
import { ran } from "./program";
import { veilOf } from "./secrets";
import { type Heard, type Outcome, outcomeOf, stepsOf } from "./steps";

/** How the applying of a plan ended. */
export interface Applied {
  readonly how: "applied" | "failed" | "interrupted" | "stale" | "locked";
  readonly outcome: Outcome;
  /** What Terraform says of its failure, a sentence each. */
  readonly sentences: readonly string[];
  /** Who holds the lock, where another one does. */
  readonly lock: Lock | undefined;
  /** Terraform itself was killed: it has freed nothing. */
  readonly isKilled: boolean;
  /** The state could not be written: it lies in `errored.tfstate`. */
  readonly isUnwritten: boolean;
}

export interface ApplyOptions {
  /** The plan's file, in the folder. */
  readonly plan: string;
  /** The plan's JSON: what it does, and what of it is never shown. */
  readonly json: unknown;
  /** How long it waits for the lock: `30s`, `10m`; undefined: as TF_CLI_ARGS_apply says, or ten seconds. */
  readonly lockTimeout?: string | undefined;
  readonly onEvent?: (heard: Heard) => void;
}

const HEARD: Readonly<Record<string, Heard["is"]>> = {
  apply_start: "begun",
  apply_complete: "done",
  apply_errored: "failed",
};

/**
 * Applies a plan that lies in the folder of a stack, which was readied: the copy that `takePlan` made, so that it is the
 * one whose JSON was read. What happens is noted beside it as it happens.
 */
export function applyPlan(folder: string, variables: Variables, options: ApplyOptions): Promise<Applied> {
  return interruptible(async () => {
    const steps = stepsOf(options.json);
    const journal = new Journal(folder, steps);
    const heard: Heard[] = [];
    const diagnostics: Diagnostic[] = [];
    let isComplete = false;
    const onLine = (line: string) => {
      const message = messageOf(line);
      if (message?.diagnostic) diagnostics.push(message.diagnostic);
      if (message?.type === "change_summary" && message.changes?.operation === "apply") isComplete = true;
      const is = HEARD[message?.type ?? ""];
      if (is === undefined || !message?.hook) return;
      const one = { is, address: message.hook.resource.addr, action: message.hook.action };
      heard.push(one);
      journal.add(one);
      options.onEvent?.(one);
    };
    const ended = await ran({
      folder,
      variables: { PGAPPNAME: nameOf(variables), ...variables },
      args: ["apply", "-json", "-input=false", ...waiting(options.lockTimeout, variables), options.plan],
      onLine,
      onStart: (pid) => journal.note({ is: "runs", ...ownerBegunHere(pid, variables) }),
      outlivesUs: true,
    });
    const how = ended.code === 0 ? "applied" : failureOf(diagnostics);
    // Killed, it has freed nothing: the journal stays without an end.
    if (ended.code !== null) journal.end(how);
    const veil = veilOf(variables, options.json);
    const sentences = sentencesOf(diagnostics, veil);
    const rest = ended.stdout.split("\n").filter((line) => line !== "" && !messageOf(line));
    return {
      how,
      outcome: outcomeOf(steps, heard, ended.code === 0 || isComplete),
      sentences: how === "failed" && sentences.length === 0 ? [veil(lastWords(ended.code, rest))] : sentences,
      lock: how === "locked" ? lockIn(diagnostics.map(({ detail }) => detail).join("\n")) : undefined,
      isKilled: ended.code === null,
      isUnwritten: isUnwritten(folder),
    };
  });
}

const LOCKED = /Error acquiring the state lock/;
const STALE = /^Saved plan is stale/;

function failureOf(diagnostics: readonly Diagnostic[]): Applied["how"] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.some(({ summary }) => STALE.test(summary))) return "stale";
  if (errors.some(({ summary }) => LOCKED.test(summary))) return "locked";
  return interruptions() > 0 ? "interrupted" : "failed";
}

/** What it said when it said nothing that Terraform says. */
function lastWords(code: number | null, lines: readonly string[]): string {
  const ending = code === null ? "terraform was killed" : `terraform ended with ${code}`;
  return lines.length === 0 ? ending : `${ending}: ${lines.slice(-5).join(" ")}`;
}

/** Terraform leaves its state in the folder when it cannot write it; it is as secret as any state. */
function isUnwritten(folder: string): boolean {
  const file = join(folder, "errored.tfstate");
  if (!existsSync(file)) return false;
  chmodSync(file, 0o600);
  return true;
}

/** What is given on the command line would beat what a pipeline says for all its runs. */
function waiting(time: string | undefined, variables: Variables): string[] {
  const given = `${variables["TF_CLI_ARGS"] ?? ""} ${variables["TF_CLI_ARGS_apply"] ?? ""}`;
  if (time === undefined && /-lock(-timeout)?=/.test(given)) return [];
  return [`-lock-timeout=${time ?? "10s"}`];
}

/** What PostgreSQL shows of who holds a lock, which has no other name there. At most 63 bytes. */
function nameOf(variables: Variables): string {
  const job = jobOf(variables);
  const who = job ? `${job.forge} ${job.project} ${job.id}` : `${userInfo().username}@${hostname()}`;
  return `cloud-entities: ${who}`.slice(0, 63);
}
