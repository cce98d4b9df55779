import { interruptible } from "../terraform/interruption";
import { JOBS } from "../terraform/plan";
import { EXIT } from "./exit";
import { jobsOf, plansOf } from "./plan";
import { reviewOfPlans } from "./planned";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf } from "./prints";
import { stacksNamed } from "./stacks";
import { outputOf } from "./typed";
import type { Verb } from "./verb";
import { writeStacks } from "./write-stacks";

export const drift: Verb = {
  name: "drift",
  usage: "[STACK]… [--jobs N] [--output DIR] [--format F] [--report F:FILE]…",
  summary: "Say what was changed outside, entity by entity. Applies nothing.",
  help: [
    "Runs Terraform's plan -refresh-only in each stack, without a lock. What the",
    "environment's drift.yaml names is left out, and counted.",
    "",
    "  STACK            only these stacks (default: all)",
    `  --jobs N         so many stacks at a time (default: ${JOBS})`,
    "  --output DIR     where the stacks are written (default: cdktf.out)",
    PRINT_HELP,
    "",
    "Exit code 4: something was changed outside. 3: a stack could not be looked at.",
    "What goes by REST (identity mappings, properties) shows no drift: docs/limits.md.",
    "",
    "  cloud-entities drift --report markdown:drift-{environment}.md",
  ].join("\n"),
  options: { jobs: { type: "string" }, output: { type: "string" }, ...PRINT_OPTIONS },
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
      const plans = await plansOf(stacks, outdir, { jobs, refreshOnly: true }, call);
      const review = await reviewOfPlans(call, written.loaded, plans, { of: "drift" });
      printReview(review, prints, call);
      if (plans.some((one) => "failed" in one)) return EXIT.world;
      return review.drift.length > 0 ? EXIT.changes : EXIT.fine;
    });
  },
};
