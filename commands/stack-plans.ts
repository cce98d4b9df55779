/** The stacks that a call names, written and planned by Terraform: what `plan` and `drift` begin with. */
import type { Loaded } from "../catalog/load";
import { secretsIn, WorldError, withoutSecrets } from "../live/world";
import { interruptible } from "../terraform/interruption";
import { besideEachOther, JOBS, planStack } from "../terraform/plan";
import type { ExitCode } from "./exit";
import { folderOf } from "./imports";
import { noteUnendedTold, tellUnended } from "./last-run";
import type { StackPlan } from "./planned";
import { Progress, planningText } from "./progress";
import { type Stack, stacksNamed } from "./stacks";
import { outputOf } from "./typed";
import { type Call, UsageError } from "./verb";
import { writeStacks } from "./write-stacks";

interface StackPlans {
  readonly outdir: string;
  readonly loaded: Loaded;
  readonly plans: readonly StackPlan[];
}

/** Writes the stacks, plans them and does some work with the plans; how that ended, or the attempt. */
export async function withPlans(
  call: Call,
  { refreshOnly = false }: { readonly refreshOnly?: boolean },
  work: (plans: StackPlans) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { request, words, flags, streams } = call;
  const jobs = jobsOf(flags["jobs"]);
  const outdir = outputOf(call);
  const written = writeStacks(request, outdir, streams);
  if ("exit" in written) return written.exit;
  const { catalogs, loaded } = written;
  const stacks = stacksNamed(catalogs, words);
  return interruptible(async () => {
    const plans = await plansOf(stacks, outdir, { jobs, refreshOnly }, call);
    return work({ outdir, loaded, plans });
  });
}

function jobsOf(flag: Call["flags"][string]): number {
  if (flag === undefined) return JOBS;
  if (/^[1-9]\d?$/.test(String(flag))) return Number(flag);
  throw new UsageError(`--jobs ${String(flag)}: a number from 1 to 99 is wanted`);
}

/** The plans of the stacks; a stack that cannot be planned does not keep others from it. */
async function plansOf(
  stacks: readonly Stack[],
  outdir: string,
  { jobs, refreshOnly }: { readonly jobs: number; readonly refreshOnly: boolean },
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
        onEvent: (event) => progress.now(planningText(name, event)),
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
