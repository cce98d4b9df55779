/** The plans of several stacks in, one review out. */
import type { Catalog } from "../catalog/catalog";
import { wholeFile } from "../catalog/problem";
import { assembled } from "./assemble";
import { digestOfStacks } from "./digest";
import { folded } from "./fold";
import { dueGates, gatesOf, type RemovalsFile } from "./gates";
import { withoutIgnored } from "./ignored";
import type { EntityChange, Gate, Review, StackReview } from "./model";
import type { ReviewedStack } from "./planned";
import { underTheirCauses } from "./touched";
import { isDestructive } from "./words";

/** One environment and what was planned of it. */
export interface PlannedEnvironment {
  readonly catalog: Catalog;
  readonly stacks: readonly ReviewedStack[];
  /** Stacks that could not be planned at all, and why. */
  readonly failed: readonly StackReview[];
  readonly removalsFile: RemovalsFile;
  /** What only a look at the cloud can tell. */
  readonly gates: readonly Gate[];
}

export function reviewOfEnvironments(
  environments: readonly PlannedEnvironment[],
  { of, base }: { readonly of: "plan" | "drift"; readonly base?: string | undefined },
): Review {
  const kinds = environments[0]?.catalog.kinds.map(({ name }) => name) ?? [];
  const all = environments.map((one) => ({ one, stacks: stacksOf(one) }));
  const changes = environments.flatMap(({ stacks }) =>
    stacks.flatMap((stack) => underTheirCauses(stack.changes)),
  );
  const drift = environments.map(({ catalog, stacks }) =>
    withoutIgnored(
      stacks.flatMap((stack) => stack.drift),
      catalog.ignoredDrift,
    ),
  );
  const digest = of === "plan" ? digestOfStacks(all.flatMap(({ stacks }) => stacks)) : undefined;
  return assembled({
    of,
    ...(base === undefined ? {} : { base }),
    environments: all.map(({ one, stacks }) => ({ name: one.catalog.environment.name, stacks })),
    ...(digest === undefined ? {} : { digest }),
    changes: folded(of === "plan" ? changes : [], kinds),
    drift: folded(
      drift.flatMap((one) => one.drift.map(({ change }) => change)),
      kinds,
    ),
    ignored: drift.reduce((sum, one) => sum + one.ignored, 0),
    gates: of === "plan" ? environments.flatMap(allGates) : [],
  });
}

function stacksOf({ stacks, failed }: PlannedEnvironment): StackReview[] {
  return [...stacks.map(({ stack }) => stack), ...failed].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Losses of what no entity is known of: whoever made it, nobody here can say what is lost with it. */
function strangers(catalog: Catalog, changes: readonly EntityChange[]): Gate[] {
  const { name } = catalog.environment;
  const lost = changes.filter(
    // Terraform's own data is nothing outside its state.
    (change) => change.kind === "terraform" && isDestructive(change) && !/^terraform_data\./.test(change.key),
  );
  return lost.map(({ key }) => ({
    ...{ code: "unknown", environment: name, place: wholeFile(`environments/${name}/environment.yaml`) },
    message: `${key} would be destroyed, and nobody knows which entity it was`,
    help: `name a revision that had its file (--base REV); if it is not ours, take it out of the state: terraform state rm ${key}`,
  }));
}

function allGates({ catalog, stacks, removalsFile, gates }: PlannedEnvironment): Gate[] {
  const changes = stacks.flatMap((stack) => stack.changes.map(({ change }): EntityChange => change));
  const { name } = catalog.environment;
  const unknown = stacks.flatMap(({ stack, unclear }) =>
    unclear.map(
      (what): Gate => ({
        ...{ code: "unknown", environment: name, place: wholeFile(`environments/${name}/environment.yaml`) },
        message: `the plan of ${stack.name} is not understood: ${what}`,
        help: "what is not understood is not applied: make the plan anew, or look at it with terraform show",
      }),
    ),
  );
  return [
    ...unknown,
    ...strangers(catalog, changes),
    ...gatesOf(catalog, changes, removalsFile),
    ...dueGates(catalog, removalsFile),
    ...gates,
  ];
}
