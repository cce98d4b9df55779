import { ComputeFlavorAccessV2 } from "@cdktf/provider-openstack/lib/compute-flavor-access-v2";
import type { Construct } from "constructs";
import { flavor } from "../kinds/flavor";
import { idOf } from "./construct";
import type { EntityStack } from "./stack";

/** A project may use a private flavor. */
export function flavorAccess(
  scope: Construct,
  name: string,
  ends: { flavor: string; projectId: string },
  stack: EntityStack,
): void {
  new ComputeFlavorAccessV2(scope, idOf(ComputeFlavorAccessV2, name), {
    flavorId: stack.reference(flavor, ends.flavor),
    tenantId: ends.projectId,
  });
}
