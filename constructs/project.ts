import { DataOpenstackIdentityProjectV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-project-v3";
import { IdentityProjectV3 } from "@cdktf/provider-openstack/lib/identity-project-v3";
import { domain } from "../kinds/domain";
import { ACCESSES, type ProjectSpec, project } from "../kinds/project";
import { idOf, type KindConstruct } from "./construct";
import { flavorAccess } from "./flavor-access";
import { inDomain } from "./in-domain";
import { networkAccess } from "./network-access";
import { projectQuotas } from "./project-quota";
import { projectProperties } from "./rest";

/** A project, its quotas, and what it may use. A new domain or parent replaces it. */
export const construct: KindConstruct<ProjectSpec> = {
  kind: project,
  node(scope, entity, stack) {
    const { spec, address } = entity;
    const { name, description, enabled, tags } = spec;
    new IdentityProjectV3(scope, idOf(IdentityProjectV3, address), {
      ...{ name, description, enabled, tags: [...tags] },
      domainId: stack.reference(domain, spec.domain),
      parentId: spec.parent === undefined ? spec.parent_id : stack.reference(project, spec.parent),
    });
    const projectId = stack.reference(project, entity.key);
    projectQuotas(scope, entity, projectId, stack);
    if (spec.sendsProperties) projectProperties(scope, entity.derived("properties"), projectId, spec, stack);
  },
  edges(scope, entity, stack) {
    const projectId = stack.reference(project, entity.key);
    for (const name of entity.spec.flavors)
      flavorAccess(scope, entity.derived(name), { flavor: name, projectId }, stack);
    for (const [action, suffix] of ACCESSES) {
      for (const name of entity.spec[action])
        networkAccess(scope, entity.derived(name, suffix), { network: name, projectId, action }, stack);
    }
  },
  data(scope, id, key, stack) {
    return new DataOpenstackIdentityProjectV3(scope, id, inDomain(key, stack));
  },
};
