import { DataOpenstackIdentityAuthScopeV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-auth-scope-v3";
import { ObjectResource, type ObjectResourceConfig } from "@cdktf/provider-restapi/lib/object-resource";
import { RestapiProvider } from "@cdktf/provider-restapi/lib/provider";
import type { Construct } from "constructs";
import type { Environment } from "../kinds/environment";
import { idOf } from "./construct";
import type { EntityStack } from "./stack";
import { expression, joined, quoted } from "./text";

/**
 * What the OpenStack provider cannot do goes through the REST provider, with the token of the same login.
 * The token lands in the state, which is secret anyway.
 */
const SCOPE = "data.openstack_identity_auth_scope_v3.current";

type Service = "identity" | "key-manager";

/** How a service's URL ends, and whether a write answers with the object. */
const SERVICES = {
  identity: { version: "v3", writeReturnsObject: true },
  "key-manager": { version: "v1", writeReturnsObject: false },
} as const;

/** The REST provider against a service, with the token of the OpenStack provider's login; made once. */
export function restProvider(stack: EntityStack, service: Service): RestapiProvider {
  return stack.once(`provider.restapi.${service}`, (id) => {
    stack.once(
      SCOPE,
      () => new DataOpenstackIdentityAuthScopeV3(stack, SCOPE, { name: "current", setTokenId: true }),
    );
    const { writeReturnsObject } = SERVICES[service];
    const alias = service === "identity" ? undefined : "key_manager";
    const provider = new RestapiProvider(stack, id, {
      alias,
      uri: endpoint(stack.catalog.environment, service),
      writeReturnsObject,
    });
    // The bindings would turn the headers' names into snake case (`X-Auth-Token` became `x_auth_token`).
    provider.addOverride("headers", {
      "Content-Type": "application/json",
      "X-Auth-Token": expression(`${SCOPE}.token_id`),
    });
    return provider;
  });
}

/** The URL of a service: the environment's own, else the public one of the service catalog, in its region. */
function endpoint(environment: Environment, service: Service): string {
  const given = environment.openstack?.endpoints[service];
  if (given !== undefined) return given.replace(/\/+$/, "");
  const region = environment.openstack?.region;
  const here = region === undefined ? "" : ` && e.region == ${quoted(region)}`;
  const url = `[for s in ${SCOPE}.service_catalog : [for e in s.endpoints : e.url if e.interface == "public"${here}][0] if s.type == ${quoted(service)}][0]`;
  const { version } = SERVICES[service];
  return expression(`format("%s/${version}", trimsuffix(trimsuffix(${url}, "/"), "/${version}"))`);
}

/** One object at one path of a service. */
function restObject(
  scope: Construct,
  name: string,
  provider: RestapiProvider,
  path: string,
  config: Omit<ObjectResourceConfig, "path">,
): void {
  const paths = { path, createPath: path, readPath: path, updatePath: path, destroyPath: path };
  new ObjectResource(scope, idOf(ObjectResource, name), { provider, ...paths, ...config });
}

/**
 * A project's properties: patched into the project, and set to null when they go. The project itself stays.
 * Keystone takes a patch that does not say `enabled` for the wish to enable it, and refuses that below what is disabled.
 */
export function projectProperties(
  scope: Construct,
  name: string,
  projectId: string,
  project: { enabled: boolean; properties: Readonly<Record<string, string>> },
  stack: EntityStack,
): void {
  const { enabled, properties } = project;
  const nothing = Object.fromEntries(Object.keys(properties).map((key) => [key, null]));
  const still = enabled ? {} : { enabled };
  restObject(scope, name, restProvider(stack, "identity"), joined("/projects/", projectId), {
    ...{ objectId: projectId, idAttribute: "project/id" },
    ...{ createMethod: "PATCH", updateMethod: "PATCH", destroyMethod: "PATCH" },
    data: JSON.stringify({ project: { ...properties, ...still } }),
    destroyData: JSON.stringify({ project: { ...nothing, ...still } }),
    // A changed set of keys replaces the object, so that what went is set to null by the destroy data of before.
    forceNew: Object.keys(properties).sort(),
  });
}

/** A project's Barbican quotas. Deleting the object gives the project Barbican's own quotas again. */
export function keyManagerQuota(
  scope: Construct,
  name: string,
  projectId: string,
  quotas: Readonly<Record<string, number>>,
  stack: EntityStack,
): void {
  restObject(scope, name, restProvider(stack, "key-manager"), joined("/project-quotas/", projectId), {
    ...{ objectId: projectId, createMethod: "PUT", updateMethod: "PUT" },
    data: JSON.stringify({ project_quotas: quotas }),
  });
}

/** An identity mapping: what Keystone does with the attributes of a federated user. */
export function identityMapping(
  scope: Construct,
  name: string,
  id: string,
  mapping: object,
  stack: EntityStack,
): void {
  restObject(
    scope,
    name,
    restProvider(stack, "identity"),
    `/OS-FEDERATION/mappings/${encodeURIComponent(id)}`,
    {
      ...{ objectId: id, idAttribute: "mapping/id", createMethod: "PUT", updateMethod: "PATCH" },
      data: JSON.stringify({ mapping }),
    },
  );
}
