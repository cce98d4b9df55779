/** Is who holds a lock dead for sure? */
import { hostname } from "node:os";
import { basename } from "node:path";
import type { Variables } from "../live/settings";
import { backendIn } from "./backend";
import { jobState, jobText } from "./forge";
import { type LastRun, lastRun } from "./journal";
import { freesItself } from "./lock";
import type { Lock } from "./lock-info";
import { folderOf, isRunning, seesAll, terraformProcesses } from "./owner";
import { programName } from "./program";

/** Whether the holder of a lock lives, and how that is known: a clause that ends a sentence. */
export interface Verdict {
  readonly is: "dead" | "alive" | "unknown";
  readonly why: string;
}

/** Clocks of a machine and of a state's server differ by less, in milliseconds. */
const SKEW = 10_000;

/** Judges the holder of the lock of the state whose stack lies in a folder. */
export async function verdictOn(
  folder: string,
  variables: Variables,
  lock: Lock,
  now: Date,
): Promise<Verdict> {
  if (freesItself(folder, variables))
    return { is: "alive", why: "this kind of lock goes with the run that took it, so that run lives" };
  const last = lastRun(folder);
  if (last?.owner && tookIt(last, lock)) return judgedOwner(last, variables, now);
  return judgedHost(folder, variables, lock);
}

/** Did that run take the lock? It had it from some time between its start and its first object on, so a lock of that time is its. */
function tookIt({ began, firstStep }: LastRun, { since }: Lock): boolean {
  if (since === undefined || firstStep === undefined) return false;
  const [from, to, taken] = [began, firstStep, since].map((time) => Date.parse(time));
  return (
    from !== undefined &&
    to !== undefined &&
    taken !== undefined &&
    from - SKEW <= taken &&
    taken <= to + SKEW
  );
}

async function judgedOwner({ owner, how }: LastRun, variables: Variables, now: Date): Promise<Verdict> {
  if (!owner) return { is: "unknown", why: "nobody knows who took it" };
  if (how !== undefined)
    return { is: "dead", why: `it was taken by the last run in this folder, which has ended (${how})` };
  const process = `process ${owner.pid} on ${owner.host}, which the run in this folder is,`;
  const runs = isRunning(owner);
  if (runs !== undefined)
    return runs
      ? { is: "alive", why: `${process} still works` }
      : { is: "dead", why: `${process} has ended` };
  if (!owner.job)
    return {
      is: "unknown",
      why: `it was taken by process ${owner.pid} on ${owner.host}, of which nothing is known here`,
    };
  const state = await jobState(owner.job, variables, now);
  if (typeof state === "object") return { is: "unknown", why: state.unknown };
  const job = jobText(owner.job);
  return state === "ended"
    ? { is: "dead", why: `${job}, which took it, has ended` }
    : { is: "alive", why: `${job}, which took it, still runs` };
}

/** Without a record: Terraform says `user@host`, and on this host every process is seen. */
function judgedHost(folder: string, variables: Variables, { who }: Lock): Verdict {
  const host = who?.includes("@") ? who.slice(who.lastIndexOf("@") + 1) : undefined;
  if (host === undefined || host === "localhost" || host !== hostname())
    return {
      is: "unknown",
      why: host === undefined ? "nobody here knows which machine it runs on" : `it runs, or ran, on ${host}`,
    };
  if (!seesAll())
    return {
      is: "unknown",
      why: "this is a container, which does not see the other processes of the machine",
    };
  const programs = ["terraform", "tofu", basename(programName(variables))];
  const suspect = terraformProcesses(programs).find((pid) => mayHold(pid, folder, variables));
  return suspect === undefined
    ? { is: "dead", why: `it was taken on this machine (${host}), where no such process works any more` }
    : { is: "unknown", why: `process ${suspect} on this machine may be it` };
}

/** May a process hold the lock of a folder's state? Not if it works in the folder of another state. */
function mayHold(pid: number, folder: string, variables: Variables): boolean {
  const where = folderOf(pid);
  const [theirs, ours] = [
    where === undefined ? undefined : backendIn(where, {}),
    backendIn(folder, variables),
  ];
  return !theirs || JSON.stringify(theirs) === JSON.stringify(ours);
}
