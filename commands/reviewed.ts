/** What a deploy may apply: a review that somebody looked at, or the digest of one. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { jsonOf } from "../live/json";
import { type Gate, type Review, reviewDocument, type StackReview } from "../review/model";
import { REVIEW_FILE } from "./prints";
import { type Call, UsageError } from "./verb";

export interface Reviewed {
  /** How it is called in a message. */
  readonly name: string;
  readonly review: Review | undefined;
  /** Without a review: the digest of all stacks, or of the one that is deployed. */
  readonly digest: string | undefined;
}

/** The reviewed one; undefined: there is no review at the usual place. */
export function reviewedOf({ flags, cwd }: Call, outdir: string): Reviewed | undefined {
  const chosen = flags["reviewed"];
  const file = typeof chosen === "string" ? resolve(cwd, chosen) : join(outdir, REVIEW_FILE);
  const name = relative(cwd, file);
  if (existsSync(file)) return { name, review: reviewIn(file, name), digest: undefined };
  if (typeof chosen !== "string") return undefined;
  if (!/^[A-Za-z0-9:+_-]{16,}$/.test(chosen))
    throw new UsageError(`--reviewed ${chosen}: there is no such file, and it is no digest`);
  return { name: `the digest ${chosen}`, review: undefined, digest: chosen };
}

function reviewIn(file: string, name: string): Review {
  const parsed = reviewDocument.safeParse(jsonOf(readFileSync(file, "utf8")));
  if (!parsed.success) throw new UsageError(`${name} is no review: \`cloud-entities plan\` writes one`);
  if (parsed.data.of !== "plan")
    throw new UsageError(
      `${name} is a review of a ${parsed.data.of}: what is applied is a plan, which \`cloud-entities plan\` reviews`,
    );
  return parsed.data;
}

/** The stacks of a review by their names. */
export function stacksOf({ environments }: Review): ReadonlyMap<string, StackReview> {
  return new Map(environments.flatMap(({ stacks }) => stacks.map((stack) => [stack.name, stack] as const)));
}

/** Is what would be done to a stack what was reviewed? A stack that nothing is done to always is. */
export function isReviewed(name: string, now: Review, { review, digest }: Reviewed): boolean {
  const stack = stacksOf(now).get(name);
  if (stack?.is === "unchanged") return true;
  if (stack?.digest === undefined) return false;
  if (review) return stacksOf(review).get(name)?.digest === stack.digest;
  return digest === stack.digest || digest === now.digest;
}

/** What is refused of these environments, each once. */
export function gatesIn(
  reviews: readonly (Review | undefined)[],
  environments: ReadonlySet<string>,
): readonly Gate[] {
  const gates = reviews
    .flatMap((review) => review?.gates ?? [])
    .filter(({ environment }) => environments.has(environment));
  return [...new Map(gates.map((gate) => [JSON.stringify([gate.environment, gate.message]), gate])).values()];
}
