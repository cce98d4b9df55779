import { join } from "node:path";
import type { Review } from "../review/model";
import { JOBS } from "../terraform/plan";
import { EXIT, type ExitCode } from "./exit";
import { lookForHoldings } from "./holdings";
import { reviewOfPlans, type StackPlan } from "./planned";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf, REVIEW_FILE, writeReport } from "./prints";
import { withPlans } from "./stack-plans";
import type { Verb } from "./verb";

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
    const { flags } = call;
    const prints = printsOf(call);
    return withPlans(call, {}, async ({ outdir, loaded, plans }) => {
      const { base } = flags;
      const look = lookForHoldings(outdir, call);
      const review = await reviewOfPlans(call, loaded, plans, {
        ...(typeof base === "string" ? { base } : {}),
        look,
      });
      writeReport(join(outdir, REVIEW_FILE), `${JSON.stringify(review, null, 2)}\n`);
      printReview(review, prints, call);
      return exitOf(review, plans, flags["exit-code"] === true);
    });
  },
};

function exitOf({ gates, changes }: Review, plans: readonly StackPlan[], isAsked: boolean): ExitCode {
  if (plans.some((one) => "failed" in one)) return EXIT.world;
  return gates.length > 0 || (isAsked && changes.length > 0) ? EXIT.changes : EXIT.fine;
}
