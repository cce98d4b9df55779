/** One deploy: gathers the plans, proves that they are the reviewed ones, applies them in order. */
import type { Loaded } from "../catalog/load";
import { plural } from "../kinds/names";
import { WorldError } from "../live/world";
import type { Gate, Review } from "../review/model";
import { type Applied, applyPlan } from "../terraform/apply";
import { interruptions } from "../terraform/interruption";
import { whole } from "../terraform/lock";
import { besideEachOther, dropPlan, JOBS, showPlan, takePlan, writePlan } from "../terraform/plan";
import { Interrupted, initialise } from "../terraform/program";
import { isEmptyPlan, stepsOf } from "../terraform/steps";
import { failureText, gatesText, lockedText, repeatedText, unlikeText } from "./deployment-text";
import { EXIT, type ExitCode } from "./exit";
import { lookForHoldings } from "./holdings";
import { folderOf } from "./imports";
import { objectText, tellUnended, unendedRun } from "./last-run";
import { type Owner, ownersIn, ownersOf } from "./owners";
import { reviewOfPlans, type StackPlan } from "./planned";
import { Progress, planningText } from "./progress";
import { gatesIn, isReviewed, type Reviewed, stacksOf } from "./reviewed";
import type { Stack } from "./stacks";
import { type Call, UsageError } from "./verb";

/** A stack with the plan that this process has of it. */
interface Planned {
  readonly stack: Stack;
  /** The copy of the plan in the stack's folder. */
  readonly plan: string;
  readonly json: unknown;
  /** It was made now, rather than found. */
  readonly isFresh: boolean;
}

type Gathered = Planned | { readonly stack: Stack; readonly failure: string };

interface Asked {
  readonly loaded: Loaded;
  readonly stacks: readonly Stack[];
  readonly reviewed: Reviewed;
  readonly outdir: string;
  readonly lockTimeout: string | undefined;
}

/** What Terraform's words for an action are when it is done. */
const DONE: Readonly<Record<string, string>> = { create: "created", update: "changed", delete: "destroyed" };

/** A plan that cannot be read is as good as none; an interruption is another thing. */
function noPlan(error: unknown): undefined {
  if (error instanceof Interrupted || !(error instanceof WorldError)) throw error;
}

export class Deployment {
  private readonly progress: Progress;
  private readonly codes = new Set<ExitCode>();
  private readonly taken = new Map<string, string>();
  /** The digests of the plans that count as reviewed. */
  private readonly accepted = new Map<string, string | undefined>();

  constructor(
    private readonly call: Call,
    private readonly asked: Asked,
  ) {
    this.progress = new Progress(call.streams);
  }

  async run(): Promise<ExitCode> {
    try {
      for (const stack of this.asked.stacks) tellUnended(this.call, stack, this.folder(stack));
      const ready = await this.ready();
      if (ready) await this.applyAll(ready);
    } finally {
      this.progress.clear();
      for (const [folder, plan] of this.taken) dropPlan(folder, plan);
    }
    if (this.codes.has(EXIT.world)) return EXIT.world;
    return this.codes.has(EXIT.changes) ? EXIT.changes : EXIT.fine;
  }

  /** The plans, all of them reviewed; undefined: something is not, and nothing is done at all. */
  private async ready(): Promise<readonly Gathered[] | undefined> {
    const { stacks, reviewed } = this.asked;
    const environments = new Set(stacks.map(({ catalog }) => catalog.environment.name));
    if (this.isGated(gatesIn([reviewed.review], environments)) || this.wasUnplanned()) return undefined;
    let gathered = await besideEachOther(stacks, JOBS, (stack) => this.gathered(stack, true));
    let review = await this.reviewOf(gathered);
    const isOff = (one: Gathered) => !("failure" in one) && !isReviewed(one.stack.name, review, reviewed);
    if (gathered.some((one) => isOff(one) && !("failure" in one) && !one.isFresh)) {
      // What was there is another plan than the reviewed one, or the world moved.
      gathered = await besideEachOther(gathered, JOBS, async (one) =>
        isOff(one) ? this.gathered(one.stack, false) : one,
      );
      review = await this.reviewOf(gathered);
    }
    const off = gathered.filter(isOff).map(({ stack }) => stack);
    if (off.length > 0) {
      this.tellUnlike(off, review);
      return undefined;
    }
    for (const [name, { digest }] of stacksOf(review)) this.accepted.set(name, digest);
    return this.isGated(gatesIn([review], environments)) ? undefined : gathered;
  }

  /** A stack's plan: the one that is there, or a new one. */
  private async gathered(stack: Stack, mayBeThere: boolean): Promise<Gathered> {
    const folder = this.folder(stack);
    const { variables } = this.call;
    try {
      if (mayBeThere) {
        await initialise(folder, variables);
        const there = await this.planThere(stack).catch(noPlan);
        if (there) return there;
      }
      await writePlan(folder, variables, {
        onEvent: (event) => this.progress.now(planningText(stack.name, event)),
      });
      const fresh = await this.planThere(stack);
      if (!fresh) throw new WorldError("its plan has vanished");
      return { ...fresh, isFresh: true };
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return { stack, failure: error.message };
    }
  }

  private async planThere(stack: Stack): Promise<Planned | undefined> {
    const folder = this.folder(stack);
    const plan = takePlan(folder);
    if (plan === undefined) return undefined;
    this.taken.set(folder, plan);
    return { stack, plan, json: await showPlan(folder, this.call.variables, plan), isFresh: false };
  }

  private async reviewOf(gathered: readonly Gathered[]): Promise<Review> {
    const plans = gathered.map((one): StackPlan => {
      const stack = one.stack.name;
      return "failure" in one ? { stack, failed: one.failure } : { stack, plan: one.json };
    });
    const { loaded, reviewed } = this.asked;
    const base = reviewed.review?.base;
    const look = lookForHoldings(this.asked.outdir, this.call);
    try {
      return await reviewOfPlans(this.call, loaded, plans, { base, look });
    } catch (error) {
      // Where the job that deploys has less of the history than the one that reviewed.
      if (base === undefined || !(error instanceof UsageError || error instanceof WorldError)) throw error;
      return reviewOfPlans(this.call, loaded, plans, { look });
    }
  }

  /** Environments one after another, and in each of them its stacks until one fails. */
  private async applyAll(gathered: readonly Gathered[]): Promise<void> {
    for (const catalog of this.asked.loaded.catalogs) {
      const left: string[] = [];
      let isBroken = false;
      for (const one of gathered.filter(({ stack }) => stack.catalog === catalog)) {
        if (isBroken || interruptions() > 0) {
          if ("failure" in one || !isEmptyPlan(one.json)) left.push(one.stack.name);
          continue;
        }
        const code = await this.deployed(one);
        this.codes.add(code);
        isBroken = code !== EXIT.fine;
      }
      if (left.length === 0) continue;
      if (!isBroken) this.codes.add(EXIT.world);
      this.err(`not begun: ${left.join(", ")}`);
    }
  }

  private async deployed(one: Gathered): Promise<ExitCode> {
    const { name } = one.stack;
    if ("failure" in one) {
      this.err(`${name}: nothing was done: ${one.failure.replaceAll("\n", `\n${name}: `)}`);
      return EXIT.world;
    }
    if (isEmptyPlan(one.json)) {
      this.out(`${name}: nothing to do`);
      return EXIT.fine;
    }
    const last = unendedRun(this.folder(one.stack));
    if (this.isRepeated(one, last)) return EXIT.changes;
    const applied = await this.applied(one);
    if (applied.how !== "stale") return this.reported(one, applied);
    return this.appliedAnew(one);
  }

  /** The state moved since the plan was made: a new plan counts as reviewed if it does the same. */
  private async appliedAnew({ stack }: Planned): Promise<ExitCode> {
    const again = await this.gathered(stack, false);
    if ("failure" in again || isEmptyPlan(again.json)) return this.deployed(again);
    const review = await this.reviewOf([again]);
    if (stacksOf(review).get(stack.name)?.digest !== this.accepted.get(stack.name)) {
      this.tellUnlike([stack], review);
      return EXIT.changes;
    }
    return this.reported(again, await this.applied(again));
  }

  private applied({ stack, plan, json }: Planned): Promise<Applied> {
    const owners = this.owners(stack);
    const all = stepsOf(json).length;
    let count = 0;
    return applyPlan(this.folder(stack), this.call.variables, {
      plan,
      json,
      lockTimeout: this.asked.lockTimeout,
      onEvent: ({ is, address, action }) => {
        const what = objectText(address, owners);
        if (is === "begun") this.progress.now(`${stack.name}: ${count}/${all} ${what} …`);
        if (is !== "done") return;
        count++;
        const done = `${what} ${DONE[action] ?? action}`;
        this.progress.done(`${stack.name}: ${done}`, `${stack.name}: ${count}/${all} ${done}`);
      },
    });
  }

  /** Says what became of a stack, and what to type. */
  private async reported({ stack }: Planned, applied: Applied): Promise<ExitCode> {
    const folder = this.folder(stack);
    if (applied.how === "applied") {
      this.out(`${stack.name}: applied, ${plural(applied.outcome.done.length, "object")}`);
      return EXIT.fine;
    }
    if (applied.how === "locked") {
      const { lock } = applied;
      const held = lock && interruptions() === 0 ? await whole(folder, this.call.variables, lock) : lock;
      this.err(lockedText(this.call, stack, held, new Date()));
    } else this.err(failureText(this.call, stack, folder, applied, this.owners(stack)));
    return EXIT.world;
  }

  /** Was the last deploy here killed, and would this one make again what that one made, which may be in no state? */
  private isRepeated({ stack, json }: Planned, last: ReturnType<typeof unendedRun>): boolean {
    // One that still runs keeps this one out by the lock.
    if (!last || last.isTold || last.runs) return false;
    const begun = new Set([...last.outcome.done, ...last.outcome.cutOff]);
    const again = stepsOf(json).filter(({ address, does }) => does.includes("create") && begun.has(address));
    if (again.length === 0) return false;
    const addresses = again.map(({ address }) => address);
    this.err(repeatedText(this.call, stack, addresses));
    return true;
  }

  /** Did the review itself fail for a stack? Nothing of it was looked at. */
  private wasUnplanned(): boolean {
    const { review, name } = this.asked.reviewed;
    const known = review ? stacksOf(review) : new Map<string, never>();
    const failed = this.asked.stacks.filter((stack) => known.get(stack.name)?.is === "failed");
    if (failed.length === 0) return false;
    const names = failed.map((stack) => stack.name).join(", ");
    this.err(`${names} could not be planned when it was reviewed (${name}): nothing was deployed`);
    this.codes.add(EXIT.changes);
    return true;
  }

  private isGated(gates: readonly Gate[]): boolean {
    if (gates.length === 0) return false;
    this.err(gatesText(gates));
    this.codes.add(EXIT.changes);
    return true;
  }

  /** Says what is otherwise than it was reviewed. */
  private tellUnlike(stacks: readonly Stack[], now: Review): void {
    this.err(unlikeText(this.call, stacks, this.asked.reviewed, now));
    this.codes.add(EXIT.changes);
  }

  /** Who has the objects of a stack, what goes included. */
  private owners({ catalog, provider }: Stack): ReadonlyMap<string, Owner> {
    const { review } = this.asked.reviewed;
    const gone = review ? ownersIn(review, catalog.environment.name) : [];
    return new Map([...gone, ...ownersOf(catalog, provider)]);
  }

  private folder({ name }: Stack): string {
    return folderOf(this.asked.outdir, name);
  }

  private out(text: string): void {
    this.progress.clear();
    this.call.streams.out(`${text}\n`);
  }

  private err(text: string): void {
    this.progress.clear();
    this.call.streams.err(`${text}\n`);
  }
}
