/** `terraform show -json PLAN`, of Terraform and OpenTofu: what is known of it, and what is not understood. */
import { z } from "zod";

/** The trees of marks beside values: `true` for the whole, or maps and lists of the same. */
const marks: z.ZodType<unknown> = z.unknown();

const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown(),
  after: z.unknown(),
  after_unknown: marks.optional(),
  before_sensitive: marks.optional(),
  after_sensitive: marks.optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.object({ id: z.string().optional() }).nullish(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string().default("managed"),
  type: z.string(),
  name: z.string(),
  deposed: z.string().optional(),
  change,
  action_reason: z.string().optional(),
});

const resource = z.object({
  address: z.string(),
  values: z.record(z.string(), z.unknown()).nullish(),
});

const planJson = z.object({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  resource_changes: z.array(resourceChange).nullish(),
  resource_drift: z.array(resourceChange).nullish(),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).nullish(),
  deferred_changes: z.array(z.unknown()).nullish(),
  action_invocations: z.array(z.unknown()).nullish(),
  deferred_action_invocations: z.array(z.unknown()).nullish(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  applyable: z.boolean().optional(),
  checks: z.array(z.object({ status: z.string() })).nullish(),
  variables: z.record(z.string(), z.object({ value: z.unknown() })).nullish(),
  prior_state: z
    .object({
      values: z
        .object({ root_module: z.object({ resources: z.array(resource).nullish() }).nullish() })
        .nullish(),
    })
    .nullish(),
  configuration: z
    .object({
      root_module: z
        .object({
          variables: z.record(z.string(), z.object({ sensitive: z.boolean().optional() })).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export type PlanJson = z.output<typeof planJson>;
export type PlannedJson = z.output<typeof resourceChange>;

/** The formats whose meaning is known: a new major version may mean anything by the same keys. */
const MAJOR = "1";

/** A plan, or what is wrong with a text that should be one. */
export function planOf(json: unknown): PlanJson | { readonly fault: string } {
  const version = z.object({ format_version: z.string() }).safeParse(json);
  if (!version.success) return { fault: "it is no plan: `format_version` is missing" };
  const [major] = version.data.format_version.split(".");
  if (major !== MAJOR)
    return { fault: `the format ${version.data.format_version} is not known here, only ${MAJOR}.x` };
  const parsed = planJson.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { fault: `it is no plan as Terraform writes it: ${issue?.path.join(".")}: ${issue?.message}` };
}

/** What of a plan says that it does not show everything that applying it would do. */
export function* unclear(plan: PlanJson): Generator<string> {
  if (plan.errored === true) yield "Terraform could not finish the plan";
  if (plan.complete === false || (plan.deferred_changes ?? []).length > 0)
    yield "Terraform defers a part of the changes to a later plan";
  if ((plan.action_invocations ?? []).length + (plan.deferred_action_invocations ?? []).length > 0)
    yield "it runs actions of providers, which nobody here can describe";
  if ((plan.checks ?? []).some(({ status }) => status === "fail" || status === "error"))
    yield "a check of the configuration fails";
}
