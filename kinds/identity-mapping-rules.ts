import { domain } from "./domain";
import { show } from "./fields";
import { group } from "./group";
import type { MappingSpec, MappingWritten } from "./identity-mapping";
import type { Finding, Kind, Look, Path, Rule } from "./kind";
import { canonical, localsOf, projectsOf } from "./mapping-language";
import { nearest } from "./names";
import { project } from "./project";

type Check = Rule<MappingWritten, MappingSpec>["check"];

/** Every text below a value, with its path. */
function* textsIn(value: unknown, path: Path): Iterable<{ text: string; path: Path }> {
  if (typeof value === "string") yield { text: value, path };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index]);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, [...path, key]);
  }
}

/** Keystone counts only the entries that pass values on: those with a condition of membership do not. */
const placeholdersReferToRemoteEntries: Check = function* (_entity, _look, { rules }) {
  for (const [index, { local, remote }] of rules.entries()) {
    const referable = remote.filter(
      (one) => one.any_one_of === undefined && one.not_any_of === undefined,
    ).length;
    for (const { text, path } of textsIn(local, ["rules", index, "local"]))
      yield* placeholders(text, path, referable);
  }
};

function* placeholders(text: string, path: Path, referable: number): Iterable<Finding> {
  // Doubled braces are data (Python's `str.format`).
  const rest = text
    .replace(/\{\{|\}\}/g, "")
    .replace(/\{(\d+)[^{}]*\}/g, (whole, number: string) => (Number(number) < referable ? "" : `<${whole}>`));
  const missing = /<\{(\d+)/.exec(rest)?.[1];
  if (missing !== undefined) {
    const have =
      referable === 0
        ? "none can be referred to"
        : `only {0}${referable > 1 ? ` to {${referable - 1}}` : ""} can be referred to`;
    yield {
      path,
      message: `{${missing}} refers to no remote entry of its rule; ${have}`,
      help: "{n} counts, from 0, the remote entries without any_one_of and not_any_of: add such an entry, or correct the number",
    };
  } else if (/[{}]/.test(rest)) {
    yield {
      path,
      message: `${show(text)} holds a brace that is no {n}`,
      help: "write {0}, {1} … for an attribute, {{ and }} for braces",
    };
  }
}

const noEqualRules: Check = function* ({ place }, _look, { rules }) {
  const seen = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const text = canonical(rule);
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else
      yield {
        path: ["rules", index],
        message: "the rule equals an earlier one",
        help: "remove one of the two",
        related: { ...place(["rules", first]), message: "the earlier one" },
      };
  }
};

const thereIsARule: Check = function* ({ spec: { id, rules } }) {
  if (rules.length > 0) return;
  yield {
    path: ["rules"],
    message: `the mapping "${id}" has no rule`,
    help: "write one here, or in a project's `acls.user-role-mappings`: Keystone wants one at least",
  };
};

const keystoneKnowsTheKeys: Check = function* (_entity, { environment }, { rules }) {
  const { mapping_parent, schema_2_mappings } = environment.openstack?.capabilities ?? {};
  const allowed = { parent: mapping_parent, description: mapping_parent, domain: schema_2_mappings };
  const capability = { parent: "mapping_parent", description: "mapping_parent", domain: "schema_2_mappings" };
  for (const { one, path } of projectsOf(rules)) {
    for (const key of ["domain", "description", "parent"] as const) {
      if (one[key] === undefined || allowed[key] === true) continue;
      yield {
        path: [...path, key],
        message: `Keystone refuses \`${key}\` in a mapping's project`,
        help: `remove it; if this site's Keystone takes it, set \`capabilities: {${capability[key]}: true}\` in environment.yaml`,
      };
    }
  }
};

/** A name that stands for itself, not for an attribute. */
function isPlain(name: string | undefined): name is string {
  return name !== undefined && !/[{}]/.test(name);
}

const namedProjectsAreDeclared: Check = function* (_entity, look, { rules }) {
  if (!look.isSound(project)) return;
  const unmanaged: readonly string[] = look.environment.openstack?.unmanaged["projects"] ?? [];
  const keys = new Set([...look.all(project).keys(), ...unmanaged]);
  const names = new Set([...keys].map((key) => key.slice(key.indexOf("/") + 1)));
  const unknown = (path: Path, name: string): Finding => {
    const near = nearest(name, names);
    return {
      path,
      message: `nothing declares a project "${name}"`,
      help: `${near === undefined ? "" : `did you mean "${near}"? `}Keystone would make it at the first login: correct the name, or declare it`,
    };
  };
  for (const { one, path } of projectsOf(rules)) {
    const of = one.domain?.name;
    const exists = isPlain(of) ? keys.has(`${of}/${one.name}`) : names.has(one.name);
    if (isPlain(one.name) && !exists) yield unknown([...path, "name"], one.name);
    if (isPlain(one.parent?.name) && !names.has(one.parent.name))
      yield unknown([...path, "parent", "name"], one.parent.name);
  }
};

const namedGroupsAreDeclared: Check = function* (_entity, look, { rules }) {
  if (!look.isSound(group)) return;
  for (const { local, path } of localsOf(rules)) {
    const [name, of] = [local.group?.name, local.group?.domain?.name];
    // Without its domain, the domain is the problem.
    if (!isPlain(name) || !isPlain(of) || !isThere(domain, of, look) || isThere(group, `${of}/${name}`, look))
      continue;
    yield {
      path: [...path, "group", "name"],
      message: `nothing declares the group "${of}/${name}"`,
      help: "declare it below groups/, or name it under `unmanaged: groups` in environment.yaml",
    };
  }
};

function isThere(kind: Kind<unknown, unknown>, key: string, look: Look): boolean {
  return look.find(kind, key) !== undefined || look.isUnmanaged(kind, key);
}

/** `default` is the id of the domain Default in every cloud. */
const namesRatherThanIds: Check = function* (_entity, _look, { rules }) {
  const isRaw = (id: string | undefined) => isPlain(id) && id !== "default";
  const raw = (path: Path, what: string): Finding => ({
    path,
    message: `the ${what} is named by its id`,
    help: "write its name: on a rebuilt cloud the id is another one",
  });
  for (const { local, path } of localsOf(rules)) {
    for (const who of ["user", "group"] as const) {
      if (isRaw(local[who]?.domain?.id)) yield raw([...path, who, "domain", "id"], "domain");
    }
    if (isRaw(local.group?.id)) yield raw([...path, "group", "id"], "group");
    if (isRaw(local.domain?.id)) yield raw([...path, "domain", "id"], "domain");
  }
  for (const { one, path } of projectsOf(rules)) {
    if (isRaw(one.domain?.id)) yield raw([...path, "domain", "id"], "domain");
  }
};

/** Without schema 2.0 a rule cannot say the domain of its project: Keystone takes the identity provider's. */
const projectsShareItsDomain: Check = function* ({ spec: { id } }, look, { rules }) {
  if (look.environment.openstack?.capabilities.schema_2_mappings === true) return;
  const named = [...localsOf(rules)].flatMap(({ local }) => [
    local.group?.domain,
    local.user?.domain,
    local.domain,
  ]);
  const domains = new Set(named.flatMap((one) => (isPlain(one?.name) ? one.name : [])));
  // A domain that is not there is a problem already: which one is meant is not known.
  if (![...domains].every((name) => isThere(domain, name, look))) return;
  for (const entity of domains.size > 0 ? look.all(project).values() : []) {
    const { domain: own, "user-role-mappings": mappings } = entity.spec;
    for (const [index, mapping] of domains.has(own) ? [] : mappings.entries()) {
      if (mapping["mapping-id"] !== id || entity.metadata.accept["mapping-domain"] !== undefined) continue;
      const place = entity.place(["acls", "user-role-mappings", index, "mapping-id"]);
      yield {
        path: [],
        place,
        message: `the mapping "${id}" is for the ${domains.size === 1 ? "domain" : "domains"} ${[...domains].join(", ")}, but the project "${entity.key}" is in another`,
        help: "its rule names the project without its domain: take the mapping of the project's domain, or set `capabilities: {schema_2_mappings: true}` where Keystone takes it",
      };
    }
  }
};

/** What must hold of the rules of a mapping, and between them and the environment. */
export const mappingRules: readonly Rule<MappingWritten, MappingSpec>[] = [
  { code: "mapping", check: placeholdersReferToRemoteEntries },
  { code: "mapping", check: noEqualRules },
  { code: "mapping", check: thereIsARule },
  { code: "mapping", check: keystoneKnowsTheKeys },
  { code: "mapping-domain", check: projectsShareItsDomain },
  { code: "mapping-reference", check: namedProjectsAreDeclared },
  { code: "mapping-reference", check: namedGroupsAreDeclared },
  { code: "mapping-reference", check: namesRatherThanIds },
];
