import { IdentityInheritRoleAssignmentV3 } from "@cdktf/provider-openstack/lib/identity-inherit-role-assignment-v3";
import { IdentityRoleAssignmentV3 } from "@cdktf/provider-openstack/lib/identity-role-assignment-v3";
import { domain } from "../kinds/domain";
import { group } from "../kinds/group";
import { project } from "../kinds/project";
import { role } from "../kinds/role";
import { type RoleAssignmentSpec, roleAssignment } from "../kinds/role-assignment";
import { user } from "../kinds/user";
import { idOf, type KindConstruct } from "./construct";

/** A role assignment; an inherited one is another resource. Every change replaces it. */
export const construct: KindConstruct<RoleAssignmentSpec> = {
  kind: roleAssignment,
  node(scope, { spec, address }, stack) {
    const Assignment = spec.inherited ? IdentityInheritRoleAssignmentV3 : IdentityRoleAssignmentV3;
    new Assignment(scope, idOf(Assignment, address), {
      roleId: stack.reference(role, spec.role),
      userId: spec.user && stack.reference(user, spec.user),
      groupId: spec.group && stack.reference(group, spec.group),
      projectId: spec.project && stack.reference(project, spec.project),
      domainId: spec.domain && stack.reference(domain, spec.domain),
    });
  },
};
