/** Keystone's mapping language: what a federated user gets, by what the identity provider says of him. */
import { z } from "zod";
import { choice, flag, text } from "./fields";
import type { Path } from "./kind";

const value = (description: string) => text({ description }, 65535);

/** What is wrong with a block as a whole, or with a key of it, and what would be right. */
function refuse(context: z.core.$RefinementCtx, message: string, help: string, path: string[] = []): void {
  context.addIssue({ code: "custom", path, message, params: { code: "mapping", help } });
}

const domain = z
  .strictObject({
    id: value("Its id, another one in every cloud.").optional(),
    name: value("Its name.").optional(),
  })
  .superRefine((written, context) => {
    if ((written.id === undefined) !== (written.name === undefined)) return;
    refuse(context, "a domain is named by `name` or by `id`", "write one of the two, better `name`");
  })
  .meta({ description: "A domain." });

const group = z
  .strictObject({
    id: value("Its id, another one in every cloud.").optional(),
    name: value("Its name, with `domain`.").optional(),
    domain: domain.optional(),
  })
  .superRefine((written, context) => {
    const byId = written.id !== undefined && written.name === undefined && written.domain === undefined;
    const byName = written.id === undefined && written.name !== undefined && written.domain !== undefined;
    if (!byId && !byName)
      refuse(
        context,
        "a group is named by `name` and `domain`, or by `id`",
        "write `name` and `domain: {name: <domain>}`",
      );
  })
  .meta({ description: "A group that the user becomes a member of." });

const mappedProject = z
  .strictObject({
    name: value("The project's name; Keystone makes it if it is not there."),
    domain: domain.optional().meta({ description: "Its domain; with the capability schema_2_mappings." }),
    description: value("Its description; with the capability mapping_parent.").optional(),
    parent: z
      .strictObject({ name: value("The parent's name.") })
      .meta({ description: "Its parent; with the capability mapping_parent." })
      .optional(),
    roles: z
      .array(z.strictObject({ name: value("A role.") }).meta({ description: "A role." }))
      .meta({ description: "The roles that the user gets in it." }),
  })
  .meta({ description: "A project that the user gets roles in." });

type MappedProject = z.output<typeof mappedProject>;

const local = z
  .strictObject({
    user: z
      .strictObject({
        id: value("The user's id.").optional(),
        name: value("The user's name.").optional(),
        email: value("The user's mail address.").optional(),
        type: choice({ description: "Whether the user must exist already." }, [
          "ephemeral",
          "local",
        ]).optional(),
        domain: domain.optional(),
      })
      .meta({ description: "Who logs in." })
      .optional(),
    group: group.optional(),
    groups: value("Names of groups from an attribute, with `domain`.").optional(),
    group_ids: value("Ids of groups from an attribute.").optional(),
    projects: z
      .array(mappedProject)
      .meta({ description: "Projects that the user gets roles in." })
      .optional(),
    domain: domain.optional(),
  })
  .superRefine((written, context) => {
    if (written.groups === undefined || written.domain !== undefined) return;
    refuse(context, "`groups` stands without `domain`", "write `domain: {name: <domain>}` beside it");
  })
  .meta({ description: "What the user gets: an identity, groups, projects." });

const values = (description: string) =>
  z.array(value("A value, or a pattern with `regex`.")).meta({ description }).optional();

const CONDITIONS = ["any_one_of", "not_any_of", "whitelist", "blacklist"] as const;

const remote = z
  .strictObject({
    type: value("The attribute that the identity provider sends."),
    any_one_of: values("It has one of these values. Not referable by {n}."),
    not_any_of: values("It has none of these values. Not referable by {n}."),
    whitelist: values("Only these of its values count."),
    blacklist: values("All of its values but these count."),
    regex: flag({ description: "The values are regular expressions." }).optional(),
  })
  .superRefine((written, context) => {
    const conditions = CONDITIONS.filter((one) => written[one] !== undefined);
    if (conditions.length > 1)
      refuse(
        context,
        `${conditions.map((one) => `\`${one}\``).join(" and ")} stand beside each other`,
        "an entry has one condition at most: make two entries of it",
        conditions.slice(1, 2),
      );
    if (conditions.length > 0 || written.regex === undefined) return;
    refuse(context, "`regex` stands without a condition", `write ${CONDITIONS.join(", ")}, or remove it`, [
      "regex",
    ]);
  })
  .meta({ description: "What an attribute of the user must say." });

/** One rule of a mapping. */
export const mappingRule = z
  .strictObject({
    local: z.array(local).meta({ description: "What the user gets." }),
    remote: z
      .array(remote)
      .min(1)
      .meta({
        description: "What the identity provider says: all entries must hold.",
        json: { minItems: 1 },
      }),
  })
  .meta({ description: "A rule: what the user gets if all conditions hold." });

/** One rule of a mapping, in Keystone's language. */
export type MappingRule = z.output<typeof mappingRule>;

/** A value as text, the same for equal values however their keys are ordered. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

type Local = MappingRule["local"][number];

/** Every `local` block of some rules, with its path. */
export function* localsOf(rules: readonly MappingRule[]): Iterable<{ local: Local; path: Path }> {
  for (const [index, rule] of rules.entries()) {
    for (const [at, local] of rule.local.entries()) yield { local, path: ["rules", index, "local", at] };
  }
}

/** Every project that some rules name, with its path. */
export function* projectsOf(rules: readonly MappingRule[]): Iterable<{ one: MappedProject; path: Path }> {
  for (const { local, path } of localsOf(rules)) {
    for (const [index, one] of (local.projects ?? []).entries())
      yield { one, path: [...path, "projects", index] };
  }
}
