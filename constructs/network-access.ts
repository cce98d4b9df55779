import { NetworkingRbacPolicyV2 } from "@cdktf/provider-openstack/lib/networking-rbac-policy-v2";
import type { Construct } from "constructs";
import { network } from "../kinds/network";
import { idOf } from "./construct";
import type { EntityStack } from "./stack";

interface Ends {
  readonly network: string;
  readonly projectId: string;
  readonly action: "access_as_external" | "access_as_shared";
}

/** A project may use a network: an RBAC policy with the project as its target. */
export function networkAccess(
  scope: Construct,
  name: string,
  { network: key, projectId, action }: Ends,
  stack: EntityStack,
): void {
  new NetworkingRbacPolicyV2(scope, idOf(NetworkingRbacPolicyV2, name), {
    action,
    objectId: stack.reference(network, key),
    objectType: "network",
    targetTenant: projectId,
  });
}
