import { z } from "zod";
import { name } from "./fields";
import { mappingRules } from "./identity-mapping-rules";
import type { Entity, Kind, Look, Mention, Origin, Path, Reference } from "./kind";
import { canonical, localsOf, type MappingRule, mappingRule, projectsOf } from "./mapping-language";
import { type ProjectSpec, project } from "./project";

const document = z.strictObject({
  id: name({ description: "The mapping's name.", examples: ["login_e_infra_cz_mapping"] }, 64),
  rules: z
    .array(mappingRule)
    .meta({ description: "Rules in Keystone's mapping language; those of projects come after them." }),
});

export type MappingWritten = z.output<typeof document>;

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
  lost: "Nobody can log in by it any more.",
  grants: { rules: "items", "rules[]": "any" },
  forces: { id: "never" },
  identity: [["id"]],
  nulled: "rules",
  document,
  references: mappingReferences,
  mentions: mappingMentions,
  resolve({ id, rules: own }, _self, look) {
    const version2 = look.environment.openstack?.capabilities.schema_2_mappings === true;
    const rules = [...own];
    const origins: Origin[] = [];
    const seen = new Set(own.map(canonical));
    for (const { rule, entity, path } of rulesOfProjects(id, look, version2)) {
      if (seen.has(canonical(rule))) continue;
      seen.add(canonical(rule));
      origins.push({ path: ["rules", rules.length], sources: [{ path, of: entity }] });
      rules.push(rule);
    }
    return { spec: { id, rules, schema_version: version2 ? "2.0" : undefined }, origins: () => origins };
  },
  rules: mappingRules,
};

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

/** Projects and groups that the rules name: Keystone makes projects that are not there. */
function mappingMentions({ rules }: MappingWritten): Mention[] {
  const mentions: Mention[] = [];
  const add = (kind: string, name: string | undefined, within: string | undefined, ...path: Path) => {
    if (name !== undefined && !/[{}]/.test(name)) mentions.push({ path, kind, name, within });
  };
  for (const { local, path } of localsOf(rules))
    add("group", local.group?.name, local.group?.domain?.name, ...path, "group", "name");
  for (const { one, path } of projectsOf(rules)) {
    add("project", one.name, one.domain?.name, ...path, "name");
    add("project", one.parent?.name, one.domain?.name, ...path, "parent", "name");
  }
  return mentions;
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
