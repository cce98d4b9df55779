/** `environment.yaml`: one cloud site, where its state lies and what its cloud can do. */
import { z } from "zod";
import { backend } from "./backend";
import { constraint } from "./constraint";
import { choice, count, Fault, field, filled, flag, list, map, name, show, text, url } from "./fields";
import { quotaFields, SERVICES } from "./quota";
import { tables } from "./tables";

const names = (what: string) =>
  list(
    { description: `The ${what} that exist in the cloud and are only read.` },
    filled({ description: "Its key." }),
  );

/** The lists under `unmanaged`, by the folder's name of their kind. */
const UNMANAGED = [
  "domains",
  "projects",
  "users",
  "groups",
  "roles",
  "networks",
  "subnets",
  "routers",
  "flavors",
  "volume-types",
] as const;

const capability = (description: string, otherwise: boolean) => flag({ description }).default(otherwise);

const openstack = z
  .strictObject({
    cloud: filled({
      description: "A name in clouds.yaml; absent: the OS_* variables.",
      examples: ["prod-brno"],
    }).optional(),
    region: filled({ description: "The region's name.", examples: ["Brno1"] }).optional(),
    services: list(
      { description: "The services that the cloud runs." },
      choice({ description: "A service." }, SERVICES),
    ).default(["compute", "volume", "network"]),
    capabilities: z
      .strictObject({
        volume_groups: capability("Cinder takes the quota `groups`.", true),
        l7_quota: capability("Octavia takes quotas of l7 policies and rules (API 2.19 or newer).", false),
        schema_2_mappings: capability("Keystone takes mappings of schema 2.0.", false),
        mapping_parent: capability(
          "Keystone is patched: projects in mappings may carry `parent` and `description`.",
          false,
        ),
        rest: capability("The REST provider may be used for project properties and Barbican quotas.", false),
      })
      .meta({ description: "What the cloud can do beyond, or short of, what every cloud can." })
      .prefault({}),
    endpoints: z
      .strictObject({
        identity: url({ description: "Keystone, with its version: https://…/v3." }).optional(),
        "key-manager": url({ description: "Barbican." }).optional(),
      })
      .meta({ description: "Addresses for REST; default: those of the service catalog." })
      .prefault({}),
    "quota-defaults": z
      .strictObject(quotaFields())
      .meta({ description: "What the cloud grants a new project, where it is not the stock value." })
      .register(tables, { rows: "quotas" })
      .prefault({}),
    "quota-checks": flag({ description: "Check the effective quotas against each other." }).default(true),
    "statistics-tags": list(
      { description: "Every project carries one of these tags." },
      filled({ description: "A tag." }),
    ).optional(),
    unmanaged: z
      .strictObject(Object.fromEntries(UNMANAGED.map((of) => [of, names(of).optional()])))
      .meta({
        description: "What exists in the cloud without a file: it is read by its name, never changed.",
      })
      .prefault({}),
  })
  .meta({ description: "The environment's OpenStack: makes the stack `<name>-openstack`." });

const commonValue = field(
  { description: "A value.", words: "text, number or truth value" },
  { type: ["string", "number", "boolean"] },
  (value) =>
    typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : new Fault(
          `${show(value)} is no single value`,
          "write a text, a number or a truth value; maps and lists stand in the `values` of releases",
        ),
);

const kubernetes = z
  .strictObject({
    config_path: filled(
      { description: "The kubeconfig file.", examples: ["~/.kube/config"] },
      4096,
    ).optional(),
    config_context: filled({ description: "A context in it." }).optional(),
    unmanaged: z
      .strictObject({ namespaces: names("namespaces").optional() })
      .meta({ description: "What exists in the cluster without a file." })
      .prefault({}),
  })
  .meta({ description: "The environment's Kubernetes: makes the stack `<name>-kubernetes`." });

/** It becomes part of the names of folders, stacks and states. */
const environmentName = field(
  { description: "The environment's name: that of its folder.", examples: ["prod-brno"], words: "name" },
  { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$" },
  (value) =>
    typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(value)
      ? value
      : new Fault(
          `${show(value)} is no name of an environment`,
          "at most 63 letters, digits, `-`, `_` and `.`, the first a letter or digit",
          "name",
        ),
);

/** What `environment.yaml` may hold. */
export const environmentDocument = z.strictObject({
  environment: z
    .strictObject({
      name: environmentName,
      description: text({ description: "What it is." }, 4096).optional(),
      layers: list(
        { description: "Folders below `entities/`; later ones win." },
        name({ description: "A folder below `entities/`.", of: "layer" }),
      ).default([]),
      state: backend(),
      openstack: openstack.optional(),
      kubernetes: kubernetes.optional(),
      grafana: z
        .strictObject({ url: url({ description: "Grafana's address." }) })
        .meta({ description: "The environment's Grafana: makes the stack `<name>-grafana`." })
        .optional(),
      values: map({ description: "Common values for Helm releases (`values-from`)." }, commonValue).default(
        {},
      ),
      lifecycle: z
        .strictObject({
          "warn-days": count({ description: "Days before a date at which a warning appears." }).default(30),
          "max-removals": count({ description: "How many entities one change may remove." }).default(5),
          "max-replacements": count({
            description: "How many entities one change may destroy and make anew.",
          }).default(5),
        })
        .meta({ description: "Dates and removals." })
        .prefault({}),
      providers: z
        .strictObject({
          openstack: constraint("openstack", "OpenStack").optional(),
          kubernetes: constraint("kubernetes", "Kubernetes").optional(),
          helm: constraint("helm", "Helm").optional(),
          restapi: constraint("restapi", "REST").optional(),
        })
        .meta({ description: "Narrower constraints on the versions of Terraform's providers." })
        .prefault({}),
    })
    .meta({ description: "One cloud site." }),
});

/** One cloud site, with every default filled in. */
export type Environment = z.output<typeof environmentDocument>["environment"];
