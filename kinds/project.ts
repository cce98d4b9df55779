import { z } from "zod";
import { type About, choice, Fault, field, flag, key, list, map, name, show, text } from "./fields";
import { type FlavorSpec, flavor } from "./flavor";
import { flavorClass } from "./flavor-class";
import { grouping } from "./groups";
import {
  type Entity,
  type Finding,
  type Kind,
  type Look,
  type Origin,
  type Path,
  type Reference,
  type Resource,
  refer,
  referAcyclic,
  type Self,
} from "./kind";
import { projectMetadata } from "./metadata";
import { plural } from "./names";
import { network } from "./network";
import { isDueOn, isEnabledOn, projectDateRules } from "./project-date-rules";
import { type EffectiveQuota, effectiveQuota, RESOURCE_OF } from "./project-quota";
import { projectQuotaRules, routerIsGiven } from "./project-quota-rules";
import { projectRules } from "./project-rules";
import { projectTagRules } from "./project-tag-rules";
import { SERVICES } from "./quota";
import { quotaBlock } from "./quota-class";
import { volumeTypesNamed } from "./quota-rules";
import { tables } from "./tables";

/** An entry of `acls.flavors`: a flavor's name, or all private flavors of a class. */
type FlavorAcl = string | { readonly class: string };

function flavorAcl(about: About): z.ZodType<FlavorAcl> {
  const json = {
    anyOf: [
      { type: "string", of: "flavor" },
      {
        type: "object",
        properties: {
          class: { type: "string", of: "flavor-class", description: "All private flavors of this class." },
        },
        required: ["class"],
        additionalProperties: false,
      },
    ],
  };
  return field({ words: "name of a flavor, or `{class: …}`", ...about }, json, (value) => {
    if (typeof value === "string") return value;
    if (
      typeof value === "object" &&
      value !== null &&
      "class" in value &&
      typeof value.class === "string" &&
      Object.keys(value).length === 1
    )
      return { class: value.class };
    return new Fault(
      `${show(value)} is neither a flavor's name nor a class`,
      "write a flavor's name, or {class: <flavor class>} for all its private flavors",
    );
  });
}

const userRoleMapping = z
  .strictObject({
    "mapping-id": text({
      description: "The identity mapping that the rule is added to.",
      of: "identity-mapping",
    }),
    "local-roles": list(
      { description: "The roles that the rule gives on this project." },
      text({ description: "A role.", of: "role" }),
      1,
    ),
    "remote-type": text({
      description: "The attribute of the identity provider, such as OIDC-eduperson_entitlement.",
    }),
    "remote-condition": choice({ description: "How the attribute is compared." }, ["any_one_of"]).default(
      "any_one_of",
    ),
    "remote-entities": list(
      { description: "The values of the attribute that match; empty: no rule." },
      text({ description: "A value." }, 4096),
    ),
  })
  .meta({ description: "A rule of an identity mapping that gives roles on this project." });

const networkList = (how: string) =>
  list(
    { description: `Networks that the project may use ${how}.` },
    key({ description: "A network.", of: "network" }),
  ).default([]);

const document = z.strictObject({
  project: z
    .strictObject({
      name: name(
        { description: "The project's name, unique in its domain.", examples: ["meta-cloud-training"] },
        64,
      ),
      domain: key({
        description: "The domain that it lives in. A change destroys the project.",
        of: "domain",
      }),
      description: text({ description: "What the project is for." }, 65535).optional(),
      enabled: flag({ description: "Beats both dates." }).optional(),
      parent: key({
        description: "The umbrella project, of the same domain. A change destroys the project.",
        of: "project",
      }).optional(),
      parent_id: text({
        description: "The id of a parent that has no name here; not beside `parent`.",
      }).optional(),
      tags: list(
        { description: "Keystone tags.", examples: [["cloud", "caso"]] },
        text({ description: "A tag." }),
      ).default([]),
      properties: map(
        {
          description: "Extra properties in Keystone, sent by REST.",
          examples: [{ "accounting:VO": "training.egi.eu" }],
        },
        text({ description: "Its value." }, 65535),
      ).default({}),
    })
    .meta({ description: "A Keystone project." }),
  quota: z
    .strictObject({
      class: key({
        description: "The quota class that gives what is not written here.",
        of: "quota-class",
      }).optional(),
      ...quotaBlock,
    })
    .meta({ description: "Quota keys of every service side by side." })
    .register(tables, { rows: "quotas" })
    .optional(),
  acls: z
    .strictObject({
      flavors: list(
        { description: "Private flavors that the project may use." },
        flavorAcl({ description: "A flavor, or {class: …} for all private flavors of a class." }),
      ).default([]),
      networks: z
        .strictObject({
          access_as_external: networkList("for gateways and floating addresses"),
          access_as_shared: networkList("directly"),
        })
        .meta({ description: "Networks that the project may use." })
        .optional(),
      "user-role-mappings": z
        .array(userRoleMapping)
        .meta({ description: "Rules that are added to identity mappings." })
        .default([]),
    })
    .meta({ description: "What the project may use: flavors, networks, rules of identity mappings." })
    .optional(),
});

/** How a project may use a network, and what its policies' names end with. */
export const ACCESSES = [
  ["access_as_external", "ext"],
  ["access_as_shared", "shr"],
] as const;

export type ProjectWritten = z.output<typeof document>;

export type UserRoleMapping = z.output<typeof userRoleMapping>;

export interface ProjectSpec extends EffectiveQuota {
  readonly name: string;
  readonly domain: string;
  readonly description?: string | undefined;
  readonly enabled: boolean;
  /** Key of the parent project. */
  readonly parent?: string | undefined;
  readonly parent_id?: string | undefined;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Names of the flavors that it may use, classes resolved. */
  readonly flavors: readonly string[];
  readonly access_as_external: readonly string[];
  readonly access_as_shared: readonly string[];
  readonly "user-role-mappings": readonly UserRoleMapping[];
}

/** The private flavors of a class. */
const privateFlavors = grouping((spec: FlavorSpec) => (spec.is_public ? undefined : spec.class));

/** A Keystone project with its quotas and what it may use. */
export const project: Kind<ProjectWritten, ProjectSpec> = {
  name: "project",
  folder: "projects-quotas-acls",
  provider: "openstack",
  description: "A Keystone project with its quotas, and the flavors and networks that it may use.",
  within: "domain",
  resource: "openstack_identity_project_v3",
  lost: "Keystone forgets the project; servers, volumes and networks in it stay, and belong to nobody.",
  grants: {
    ...{ quota: "more", volume_type_quota: "more", enabled: "yes", flavors: "items" },
    ...{ access_as_external: "items", access_as_shared: "items", "user-role-mappings": "items" },
    "user-role-mappings[].local-roles": "items",
    "user-role-mappings[].remote-entities": "items",
  },
  forces: { domain: "id", parent: "id", parent_id: "value" },
  unmanaged: "projects",
  protected: true,
  accepts: ["mapping-domain"],
  identity: [
    ["project", "domain"],
    ["project", "name"],
  ],
  nested: { project: ["metadata"], quota: ["metadata", "project"], acls: ["metadata", "project"] },
  blocks: ["quota", "acls"],
  document,
  metadata: projectMetadata,
  references: projectReferences,
  mentions: ({ quota }) => volumeTypesNamed(quota?.volume_type_quota, "quota"),
  isDue: (metadata, asOf) => isDueOn(asOf, metadata),
  resolve(written, self, look) {
    const { name, domain, description, parent, parent_id, tags, properties } = written.project;
    const { quota, origins } = effectiveQuota(written.quota, look);
    const spec: ProjectSpec = {
      ...{ name, domain, description, parent_id, tags, properties, ...quota },
      sendsProperties:
        Object.keys(properties).length > 0 && look.environment.openstack?.capabilities.rest === true,
      enabled: written.project.enabled ?? isEnabledOn(look.asOf, self.metadata),
      parent: parent === undefined ? undefined : `${domain}/${parent}`,
      flavors: flavorsOf(written.acls?.flavors ?? [], look),
      access_as_external: written.acls?.networks?.access_as_external ?? [],
      access_as_shared: written.acls?.networks?.access_as_shared ?? [],
      "user-role-mappings": written.acls?.["user-role-mappings"] ?? [],
    };
    return { spec, origins: () => [...origins(), ...ownOrigins(spec, written, self, look)] };
  },
  resources: projectResources,
  rules: [
    ...projectRules,
    ...projectDateRules,
    ...projectTagRules(isUmbrella),
    ...projectQuotaRules,
    { code: "router-quota", check: routerIsGiven(isUmbrella) },
    { code: "parent-disabled", check: noneIsEnabledBelowADisabledParent },
  ],
};

/** The flavors that a project may use, classes resolved, each once: a list that names no class holds none twice. */
function flavorsOf(acls: readonly FlavorAcl[], look: Look): readonly string[] {
  if (acls.every((acl) => typeof acl === "string")) return acls;
  return [...new Set(acls.flatMap((acl) => flavorsOfOne(acl, look)))];
}

function flavorsOfOne(acl: FlavorAcl, look: Look): string | string[] {
  return typeof acl === "string" ? acl : privateFlavors(look.all(flavor), acl.class).map(({ key }) => key);
}

/** The same, each with the entry that names it or its class first. */
function flavorEntries(acls: readonly FlavorAcl[], look: Look): ReadonlyMap<string, Path> {
  const found = new Map<string, Path>();
  for (const [index, acl] of acls.entries()) {
    const path = [...FLAVORS, index, ...(typeof acl === "string" ? [] : ["class"])];
    for (const key of [flavorsOfOne(acl, look)].flat()) if (!found.has(key)) found.set(key, path);
  }
  return found;
}

/** Where the values come from that a project's file writes in another form. */
function ownOrigins(spec: ProjectSpec, { acls }: ProjectWritten, { metadata }: Self, look: Look): Origin[] {
  const { asOf } = look;
  const days = (["disable-date", "removal-date"] as const).filter((day) => asOf > (metadata[day] ?? asOf));
  return [
    {
      path: ["enabled"],
      sources: [
        { path: ["project", "enabled"] },
        ...days.map((day) => ({ path: ["metadata", day] })),
        { stock: true, why: "none of its dates is past" },
      ],
    },
    ...[...flavorEntries(acls?.flavors ?? [], look)].map(([key, path], index) => ({
      path: ["flavors", index],
      sources: [{ path }],
      refers: { kind: flavor.name, key },
    })),
    ...ACCESSES.flatMap(([access]) =>
      spec[access].map((_, index) => ({
        path: [access, index],
        sources: [{ path: ["acls", "networks", access, index] }],
      })),
    ),
  ];
}

function projectReferences({ project: written, quota, acls }: ProjectWritten): Reference[] {
  const parent = written.parent === undefined ? undefined : `${written.domain}/${written.parent}`;
  const mappings = acls?.["user-role-mappings"] ?? [];
  return [
    ...refer("domain", written.domain, "project", "domain"),
    ...referAcyclic("project", parent, "project", "parent").map((reference) => ({
      ...reference,
      only: { within: written.domain, why: "a parent is a project of the same domain" },
    })),
    ...refer("quota-class", quota?.class, "quota", "class"),
    ...(acls?.flavors ?? []).flatMap((acl, index) =>
      typeof acl === "string"
        ? refer(flavor.name, acl, "acls", "flavors", index)
        : refer(flavorClass.name, acl.class, "acls", "flavors", index, "class"),
    ),
    ...ACCESSES.flatMap(([access]) =>
      refer(network.name, acls?.networks?.[access], "acls", "networks", access),
    ),
    ...mappings.flatMap((mapping, index) => {
      const path = ["acls", "user-role-mappings", index];
      return [
        ...refer("identity-mapping", mapping["mapping-id"], ...path, "mapping-id"),
        ...refer("role", mapping["local-roles"], ...path, "local-roles"),
      ];
    }),
  ];
}

const FLAVORS = ["acls", "flavors"];

/** The Terraform objects of a project: itself, its quotas, its accesses and policies. */
function projectResources(entity: Entity<ProjectSpec>): Resource[] {
  const { spec } = entity;
  const resources: Resource[] = [{ type: "openstack_identity_project_v3", name: entity.address, path: [] }];
  for (const service of SERVICES) {
    if (!spec.services.includes(service)) continue;
    const { type, suffix } = RESOURCE_OF[service];
    resources.push({ type, name: entity.derived(suffix), path: ["quota"] });
  }
  spec.flavors.forEach((name) => {
    resources.push({
      type: "openstack_compute_flavor_access_v2",
      name: entity.derived(name),
      path: FLAVORS,
      to: { kind: flavor.name, key: name },
    });
  });
  for (const [access, suffix] of ACCESSES) {
    spec[access].forEach((name, index) => {
      resources.push({
        type: "openstack_networking_rbac_policy_v2",
        name: entity.derived(name, suffix),
        path: ["acls", "networks", access, index],
        to: { kind: network.name, key: name },
        outlives: true,
      });
    });
  }
  if (spec.sendsProperties)
    resources.push({
      type: "restapi_object",
      name: entity.derived("properties"),
      path: ["project", "properties"],
    });
  return resources;
}

/** Keystone disables a project only when its subtree is disabled, and makes none below a disabled one. */
function* noneIsEnabledBelowADisabledParent(
  { spec, key, metadata }: Entity<ProjectSpec>,
  look: Look,
  { project: written }: ProjectWritten,
): Iterable<Finding> {
  if (spec.enabled) return;
  const children = [...look.all(project).values()].filter(
    (other) => other.spec.parent === key && other.spec.enabled,
  );
  const [first, ...others] = children;
  if (!first) return;
  const isPast = (metadata["disable-date"] ?? look.asOf) < look.asOf;
  const { file, line } = first.place(["project", "parent"]);
  const more = others.length > 0 ? ` and ${plural(others.length, "other project")}` : "";
  yield {
    path:
      written.enabled === false
        ? ["project", "enabled"]
        : ["metadata", isPast ? "disable-date" : "removal-date"],
    // The same words in every environment, whichever projects each of them has.
    message: "the project is disabled, but projects below it are enabled",
    help: `disable what is below it first ("${first.key}"${more}: ${file}:${line}), or enable this one: Keystone refuses the rest`,
  };
}

/** Projects of these names are umbrellas before anybody declares a child of theirs. */
const UMBRELLAS: ReadonlySet<string> = new Set(["group-projects", "personal-projects"]);

/** An umbrella holds other projects. */
function isUmbrella({ spec, key }: Entity<ProjectSpec>, look: Look): boolean {
  return UMBRELLAS.has(spec.name) || look.named(project, project).has(key);
}
