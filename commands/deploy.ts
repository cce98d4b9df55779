import { interruptible } from "../terraform/interruption";
import { Deployment } from "./deployment";
import { EXIT } from "./exit";
import { REVIEW_FILE } from "./prints";
import { reviewedOf, stacksOf } from "./reviewed";
import { stacksNamed } from "./stacks";
import { outputOf, typed } from "./typed";
import { UsageError, type Verb } from "./verb";
import { writeStacks } from "./write-stacks";

/** A duration as Terraform takes it: `90s`, `10m`, `1h30m`. */
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

export const deploy: Verb = {
  name: "deploy",
  usage: "[STACK]… [--reviewed FILE|DIGEST] [--output DIR] [--lock-timeout D]",
  summary: "Apply the plans that were reviewed, and nothing else.",
  help: [
    "Applies the plan that `plan` left beside each stack, if it is the one of the",
    "review. Where there is none, or the state moved since, it plans again, and goes",
    "on only if the new plan does the same as the reviewed one.",
    "",
    "  STACK             only these stacks (default: all of the review)",
    "  --reviewed R      what was reviewed: a review's JSON, or its digest",
    `                    (default: ${REVIEW_FILE} in the output folder)`,
    "  --output DIR      where the stacks are written (default: cdktf.out)",
    "  --lock-timeout D  how long to wait for a lock: 90s, 10m (default: 10s)",
    "",
    "Exit code 3: the world failed; what was done, what was not, and what to type is",
    "told. 4: the plan is not the reviewed one, or the review refuses something.",
    "Interrupted once (Ctrl-C, TERM), it ends what it has begun, and tells.",
    "",
    "  cloud-entities deploy prod-brno-openstack",
  ].join("\n"),
  options: { reviewed: { type: "string" }, output: { type: "string" }, "lock-timeout": { type: "string" } },
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { flags, streams, request } = call;
    const lockTimeout = typeof flags["lock-timeout"] === "string" ? flags["lock-timeout"] : undefined;
    if (lockTimeout !== undefined && !DURATION.test(lockTimeout))
      throw new UsageError(`--lock-timeout ${lockTimeout}: such as 90s or 10m`);
    const outdir = outputOf(call);
    const reviewed = reviewedOf(call, outdir);
    if (!reviewed) {
      streams.err(
        `nothing was reviewed: there is no ${REVIEW_FILE} in the output folder. Next: ${typed(call, "plan")}\n`,
      );
      return EXIT.changes;
    }
    const written = writeStacks(request, outdir, streams);
    if ("exit" in written) return written.exit;
    const { loaded } = written;
    const named = stacksNamed(loaded.catalogs, call.words);
    const known = reviewed.review && stacksOf(reviewed.review);
    const stacks = call.words.length > 0 ? named : named.filter(({ name }) => known?.has(name) ?? true);
    const unknown = stacks.filter(({ name }) => known && !known.has(name));
    if (unknown.length > 0 || stacks.length === 0) {
      const names = unknown.map(({ name }) => name).join(", ");
      streams.err(`${names || "no stack of this data"} is in ${reviewed.name}: nothing was deployed\n`);
      return EXIT.changes;
    }
    return interruptible(() => new Deployment(call, { loaded, stacks, reviewed, outdir, lockTimeout }).run());
  },
};
