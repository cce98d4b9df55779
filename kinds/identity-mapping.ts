import { z } from "zod";
import { choice, flag, name, text } from "./fields";
import { mappingRules } from "./identity-mapping-rules";
import type { Entity, Kind, Look, Origin, Path, Reference } from "./kind";
import { type ProjectSpec, project } from "./project";

const value = (description: string) => text({ description }, 65535);

/** What is wrong with a block as a whole, and what would be right. */
function refuse(context: z.core.$RefinementCtx, message: string, help: string): void {
  context.addIssue({ code: "custom", message, params: { code: "mapping", help } });
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

const mappedProject = z.strictObject({
  name: value("The project's name; Keystone makes it if it is not there."),
  domain: domain.optional().meta({ description: "Its domain; with the capability schema_2_mappings." }),
  description: value("Its description; with the capability mapping_parent.").optional(),
  parent: z
    .strictObject({ name: value("The parent's name.") })
    .meta({ description: "Its parent; with the capability mapping_parent." })
    .optional(),
  roles: z
    .array(z.strictObject({ name: value("A role.") }))
    .meta({ description: "The roles that the user gets in it." }),
});

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
  });

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
      );
    if (conditions.length > 0 || written.regex === undefined) return;
    refuse(context, "`regex` stands without a condition", `write ${CONDITIONS.join(", ")}, or remove it`);
  });

const rule = z.strictObject({
  local: z.array(local).meta({ description: "What the user gets." }),
  remote: z
    .array(remote)
    .min(1)
    .meta({ description: "What the identity provider says: all entries must hold." }),
});

const document = z.strictObject({
  id: name({ description: "The mapping's name.", examples: ["login_e_infra_cz_mapping"] }, 64),
  rules: z
    .array(rule)
    .meta({ description: "Rules in Keystone's mapping language; those of projects come after them." }),
});

export type MappingWritten = z.output<typeof document>;

/** One rule of a mapping, in Keystone's language. */
export type MappingRule = z.output<typeof rule>;

export interface MappingSpec {
  readonly id: string;
  /** The file's own rules, and after them those of projects. */
  readonly rules: readonly MappingRule[];
  readonly schema_version?: "2.0" | undefined;
}

/** What Keystone makes of the attributes of a federated user. */
export const identityMapping: Kind<MappingWritten, MappingSpec> = {
  name: "identity-mapping",
  folder: "global-static-identity-mappings",
  provider: "openstack",
  description: "What Keystone makes of the attributes of a federated user; sent by REST.",
  suffixes: ["-gsi-mapping", "-identity-mapping"],
  resource: "restapi_object",
  identity: [["id"]],
  bare: true,
  document,
  references: mappingReferences,
  resolve({ id, rules: own }, _self, look) {
    const version2 = look.environment.openstack?.capabilities.schema_2_mappings === true;
    const rules = [...own];
    const origins = new Map<string, Origin>();
    const seen = new Set(own.map(canonical));
    for (const { rule, entity, path } of rulesOfProjects(id, look, version2)) {
      if (seen.has(canonical(rule))) continue;
      seen.add(canonical(rule));
      origins.set(`rules.${rules.length}`, { place: entity.place(path) });
      rules.push(rule);
    }
    return { spec: { id, rules, schema_version: version2 ? "2.0" : undefined }, origins: () => origins };
  },
  rules: mappingRules,
};

/** A value as text, the same for equal values however their keys are ordered. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The rules that projects add to a mapping, by domain, project and position. */
function* rulesOfProjects(
  id: string,
  look: Look,
  withDomain: boolean,
): Iterable<{ rule: MappingRule; entity: Entity<ProjectSpec>; path: Path }> {
  const projects = [...look.all(project).values()].sort(
    ({ spec: a }, { spec: b }) => compare(a.domain, b.domain) || compare(a.name, b.name),
  );
  for (const entity of projects) {
    const { name, domain, "user-role-mappings": mappings } = entity.spec;
    for (const [index, mapping] of mappings.entries()) {
      if (mapping["mapping-id"] !== id || mapping["remote-entities"].length === 0) continue;
      const roles = mapping["local-roles"].map((role) => ({ name: literal(role) }));
      const target = {
        name: literal(name),
        ...(withDomain ? { domain: { name: literal(domain) } } : {}),
        roles,
      };
      const condition = {
        type: mapping["remote-type"],
        [mapping["remote-condition"]]: mapping["remote-entities"],
      };
      const path = ["acls", "user-role-mappings", index];
      yield { rule: { local: [{ projects: [target] }], remote: [condition] }, entity, path };
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Keystone puts attributes in place of `{n}`; a brace that is data is doubled. */
function literal(data: string): string {
  return data.replace(/[{}]/g, "$&$&");
}

/** Domains and roles that the rules name; what stands in place of an attribute is known to Keystone only. */
function mappingReferences({ rules }: MappingWritten): Reference[] {
  const references: Reference[] = [];
  const add = (kind: string, key: string | undefined, ...path: Path) => {
    if (key !== undefined && !/[{}]/.test(key)) references.push({ path, kind, key });
  };
  for (const { local, path } of localsOf(rules)) {
    add("domain", local.user?.domain?.name, ...path, "user", "domain", "name");
    add("domain", local.group?.domain?.name, ...path, "group", "domain", "name");
    add("domain", local.domain?.name, ...path, "domain", "name");
  }
  for (const { one, path } of projectsOf(rules)) {
    add("domain", one.domain?.name, ...path, "domain", "name");
    for (const [index, role] of one.roles.entries()) add("role", role.name, ...path, "roles", index, "name");
  }
  return references;
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
