/** What the last deploy of a stack did, for who deploys or plans next: it may have been killed. */
import { plural } from "../kinds/names";
import { type LastRun, lastRun, noteTold } from "../terraform/journal";
import { isRunning } from "../terraform/owner";
import type { Outcome } from "../terraform/steps";
import { timeText } from "./lock-text";
import { type Owner, ownersOf } from "./owners";
import type { Stack } from "./stacks";
import { typed } from "./typed";
import type { Call } from "./verb";

/** The deploy that was killed in a folder, or that still runs there; undefined: the last one came to its end. */
export function unendedRun(folder: string): (LastRun & { readonly runs: boolean }) | undefined {
  const last = lastRun(folder);
  if (!last || last.how !== undefined) return undefined;
  return { ...last, runs: last.owner !== undefined && isRunning(last.owner) === true };
}

/** Tells of a deploy that was killed, on the stream for errors. To be called before a plan. */
export function tellUnended(call: Call, stack: Stack, folder: string): void {
  const last = unendedRun(folder);
  if (!last || last.isTold) return;
  const owners = ownersOf(stack.catalog, stack.provider);
  call.streams.err(
    last.runs
      ? `${stack.name}: a deploy runs here since ${timeText(last.began)} (process ${last.owner?.pid})\n`
      : [
          `${stack.name}: the deploy of ${timeText(last.began)} was killed, the last that is known of it is of ${timeText(last.until)}`,
          ...outcomeLines(last.outcome, owners),
          "  What was done may be in no state. Next:",
          `    ${typed(call, "unlock", stack.name)}`,
          `    ${typed(call, "adopt", stack.name)}`,
          `    ${typed(call, "plan", stack.name)}`,
          "",
        ].join("\n"),
  );
}

/** Notes that a plan was made since, which shows what is there: to be called when it is. */
export function noteUnendedTold(folder: string): void {
  if (unendedRun(folder)?.runs === false) noteTold(folder);
}

/** Names that are shown of each sort. */
const SHOWN = 20;

const SORTS: readonly (readonly [keyof Outcome, string])[] = [
  ["done", "done"],
  ["failed", "failed"],
  ["cutOff", "begun, and it is not known how it ended"],
  ["notBegun", "not begun"],
  ["unsaid", "imports and moves: perhaps done"],
];

/** What was done and what was not, in the words of the data. */
export function outcomeLines(outcome: Outcome, owners: ReadonlyMap<string, Owner>): string[] {
  return SORTS.flatMap(([sort, title]) => {
    const names = outcome[sort].map((address) => objectText(address, owners));
    if (names.length === 0) return sort === "done" ? ["  done: nothing"] : [];
    const rest = names.length - SHOWN;
    return [
      `  ${title}: ${plural(names.length, "object")}`,
      ...names.slice(0, SHOWN).map((name) => `    ${name}`),
      ...(rest > 0 ? [`    … and ${rest} more`] : []),
    ];
  });
}

/** `flavor c2`, or of one of an entity's objects `project cz/p: openstack_…`. */
export function objectText(address: string, owners: ReadonlyMap<string, Owner>): string {
  const owner = owners.get(address);
  if (!owner) return address;
  return owner.isNode ? owner.name : `${owner.name}: ${address}`;
}
