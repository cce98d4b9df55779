import { IdentityUserMembershipV3 } from "@cdktf/provider-openstack/lib/identity-user-membership-v3";
import type { Construct } from "constructs";
import { group } from "../kinds/group";
import { user } from "../kinds/user";
import { idOf } from "./construct";
import type { EntityStack } from "./stack";

/** A user is in a group. */
export function groupMembership(
  scope: Construct,
  name: string,
  ends: { group: string; user: string },
  stack: EntityStack,
): void {
  new IdentityUserMembershipV3(scope, idOf(IdentityUserMembershipV3, name), {
    groupId: stack.reference(group, ends.group),
    userId: stack.reference(user, ends.user),
  });
}
