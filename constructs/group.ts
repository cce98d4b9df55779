import { DataOpenstackIdentityGroupV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-group-v3";
import { IdentityGroupV3 } from "@cdktf/provider-openstack/lib/identity-group-v3";
import { domain } from "../kinds/domain";
import { type GroupSpec, group, userName } from "../kinds/group";
import { idOf, type KindConstruct } from "./construct";
import { groupMembership } from "./group-membership";
import { inDomain } from "./in-domain";

/** A group; the users in it are edges. */
export const construct: KindConstruct<GroupSpec> = {
  kind: group,
  node(scope, { spec, address }, stack) {
    const { name, description } = spec;
    const domainId = stack.reference(domain, spec.domain);
    new IdentityGroupV3(scope, idOf(IdentityGroupV3, address), { name, description, domainId });
  },
  edges(scope, entity, stack) {
    for (const user of entity.spec.members) {
      groupMembership(scope, entity.derived(userName(user)), { group: entity.key, user }, stack);
    }
  },
  data(scope, id, key, stack) {
    return new DataOpenstackIdentityGroupV3(scope, id, inDomain(key, stack));
  },
};
