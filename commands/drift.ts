import { JOBS } from "../terraform/plan";
import { EXIT } from "./exit";
import { reviewOfPlans } from "./planned";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf } from "./prints";
import { withPlans } from "./stack-plans";
import type { Verb } from "./verb";

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
    const prints = printsOf(call);
    return withPlans(call, { refreshOnly: true }, async ({ loaded, plans }) => {
      const review = await reviewOfPlans(call, loaded, plans, { of: "drift" });
      printReview(review, prints, call);
      if (plans.some((one) => "failed" in one)) return EXIT.world;
      return review.drift.length > 0 ? EXIT.changes : EXIT.fine;
    });
  },
};
