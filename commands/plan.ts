import { join } from "node:path";

import { secretsIn, WorldError, withoutSecrets } from "../live/world";
import type { Review } from "../review/model";
import { interruptible } from "../terraform/interruption";
import { besideEachOther, JOBS, planStack } from "../terraform/plan";
import { EXIT, type ExitCode } from "./exit";
import { lookForHoldings } from "./holdings";
import { folderOf } from "./imports";
import { noteUnendedTold, tellUnended } from "./last-run";
import { reviewOfPlans, type StackPlan } from "./planned";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf, REVIEW_FILE, writeReport } from "./prints";
import { Progress } from "./progress";
import { type Stack, stacksNamed } from "./stacks";
import { outputOf } from "./typed";
import { type Call, UsageError, type Verb } from "./verb";
import { writeStacks } from "./write-stacks";

export const plan: Verb = {
  name: "plan",
  usage: "[STACK]… [--base REV] [--exit-code] [--jobs N] [--output DIR] [--format F] [--report F:FILE]…",
  summary: "Plan every stack with Terraform, and say what would be done.",
  help: [
    "Writes the stacks once, runs Terraform's init, plan and show in each, several at",
    "a time, and reviews the plans together. Takes no lock. What it leaves in the",
    `output folder: stacks/<stack>/plan, which only its owner may read, for \`deploy\`;`,
    `${REVIEW_FILE}, which holds no secret.`,
    "",
    "  STACK            only these stacks (default: all)",
    "  --base REV       a git revision that has the files of what is removed",
    "  --exit-code      exit with 4 if anything would be done",
    `  --jobs N         so many stacks at a time (default: ${JOBS})`,
    "  --output DIR     where to write (default: cdktf.out)",
    PRINT_HELP,
    "",
    "Exit code 3: a stack could not be planned. 4: something is refused; what lets it",
    "pass is told. It wants `terraform`, or what TERRAFORM_BINARY_NAME names.",
    "",
    "  cloud-entities plan --base origin/main --report html:review.html",
  ].join("\n"),
  options: {
    base: { type: "string" },
    "exit-code": { type: "boolean" },
    jobs: { type: "string" },
    output: { type: "string" },
    ...PRINT_OPTIONS,
  },
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { request, words, flags, streams } = call;
    const prints = printsOf(call);
    const jobs = jobsOf(flags["jobs"]);
    const outdir = outputOf(call);
    const written = writeStacks(request, outdir, streams);
    if ("exit" in written) return written.exit;
    const stacks = stacksNamed(written.catalogs, words);
    return interruptible(async () => {
      const plans = await plansOf(stacks, outdir, { jobs }, call);
      const { base } = flags;
      const look = lookForHoldings(outdir, call);
      const review = await reviewOfPlans(call, written.loaded, plans, {
        ...(typeof base === "string" ? { base } : {}),
        look,
      });
      writeReport(join(outdir, REVIEW_FILE), `${JSON.stringify(review, null, 2)}\n`);
      printReview(review, prints, call);
      return exitOf(review, plans, flags["exit-code"] === true);
    });
  },
};

/** How many stacks are planned at a time. */
export function jobsOf(flag: Call["flags"][string]): number {
  if (flag === undefined) return JOBS;
  if (/^[1-9]\d?$/.test(String(flag))) return Number(flag);
  throw new UsageError(`--jobs ${String(flag)}: a number from 1 to 99 is wanted`);
}

/** The plans of the stacks; a stack that cannot be planned does not keep others from it. */
export async function plansOf(
  stacks: readonly Stack[],
  outdir: string,
  { jobs, refreshOnly = false }: { readonly jobs: number; readonly refreshOnly?: boolean },
  call: Call,
): Promise<StackPlan[]> {
  const { streams, variables } = call;
  for (const stack of refreshOnly ? [] : stacks) tellUnended(call, stack, folderOf(outdir, stack.name));
  const progress = new Progress(streams);
  let count = 0;
  const plans = await besideEachOther(stacks, jobs, async ({ name }): Promise<StackPlan> => {
    const folder = folderOf(outdir, name);
    try {
      const json = await planStack(folder, variables, {
        refreshOnly,
        onEvent: (event) =>
          progress.now(`${name}: ${event.is}${event.is === "refreshing" ? ` ${event.count}` : ""}`),
      });
      if (!refreshOnly) noteUnendedTold(folder);
      count++;
      progress.now(`${count}/${stacks.length} planned: ${name}`);
      return { stack: name, plan: json };
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return { stack: name, failed: withoutSecrets(error.message, secretsIn(variables)) };
    }
  });
  progress.clear();
  return plans;
}

function exitOf({ gates, changes }: Review, plans: readonly StackPlan[], isAsked: boolean): ExitCode {
  if (plans.some((one) => "failed" in one)) return EXIT.world;
  return gates.length > 0 || (isAsked && changes.length > 0) ? EXIT.changes : EXIT.fine;
}
