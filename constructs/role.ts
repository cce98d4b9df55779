import { DataOpenstackIdentityRoleV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-role-v3";
import { IdentityRoleV3 } from "@cdktf/provider-openstack/lib/identity-role-v3";
import { type RoleSpec, role } from "../kinds/role";
import { idOf, type KindConstruct } from "./construct";

/** A role. The resource has no argument for its description. */
export const construct: KindConstruct<RoleSpec> = {
  kind: role,
  node(scope, { spec, address }) {
    new IdentityRoleV3(scope, idOf(IdentityRoleV3, address), { name: spec.name });
  },
  data(scope, id, key) {
    return new DataOpenstackIdentityRoleV3(scope, id, { name: key });
  },
};
