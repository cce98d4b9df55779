import { subnet, subnetsOf } from "../kinds/subnet";
import type { EntityStack } from "./stack";

/**
 * `depends_on` every declared subnet of a network: an address of the network can be had only when they are
 * there. Undefined if there are none.
 */
export function afterSubnetsOf(network: string, stack: EntityStack): { fqn: string }[] | undefined {
  const subnets = subnetsOf(network, stack.catalog);
  return subnets.length > 0 ? subnets.flatMap(({ key }) => stack.after(subnet, key)) : undefined;
}
