import { DataOpenstackIdentityProjectV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-project-v3";
import { IdentityProjectV3 } from "@cdktf/provider-openstack/lib/identity-project-v3";
import { domain } from "../kinds/domain";
import { type ProjectSpec, project } from "../kinds/project";
import { idOf, type KindConstruct } from "./construct";
import { flavorAccess } from "./flavor-access";
import { networkAccess } from "./network-access";
import { projectQuotas } from "./project-quota";
import { projectProperties } from "./rest";

/** A project, its quotas, and what it may use. A new domain or parent replaces it. */
export const construct: KindConstruct<ProjectSpec> = {
  kind: project,
  node(scope, { spec, address, ...entity }, stack) {
    const { name, description, enabled, tags } = spec;
    new IdentityProjectV3(scope, idOf(IdentityProjectV3, address), {
      ...{ name, description, enabled, tags: [...tags] },
      domainId: stack.reference(domain, spec.domain),
      parentId: spec.parent === undefined ? spec.parent_id : stack.reference(project, spec.parent),
    });
    const projectId = stack.reference(project, entity.key);
    projectQuotas(scope, { spec, address, ...entity }, projectId, stack);
    if (spec.sendsProperties)
      projectProperties(scope, entity.derived("properties"), projectId, spec.properties, stack);
  },
  edges(scope, entity, stack) {
    const projectId = stack.reference(project, entity.key);
    for (const name of entity.spec.flavors)
      flavorAccess(scope, entity.derived(name), { flavor: name, projectId }, stack);
    for (const name of entity.spec.access_as_external) {
      networkAccess(
        scope,
        entity.derived(name, "ext"),
        { network: name, projectId, action: "access_as_external" },
        stack,
      );
    }
    for (const name of entity.spec.access_as_shared) {
      networkAccess(
        scope,
        entity.derived(name, "shr"),
        { network: name, projectId, action: "access_as_shared" },
        stack,
      );
    }
  },
  data(scope, id, key, stack) {
    const [domainName = "", name = ""] = key.split("/");
    return new DataOpenstackIdentityProjectV3(scope, id, {
      name,
      domainId: stack.reference(domain, domainName),
    });
  },
};
