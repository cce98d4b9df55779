import { subnet, subnetsOf } from "../kinds/subnet";
import type { EntityStack } from "./stack";

/** The declared subnets of a network: only when they are there an address of the network can be had. */
export function afterSubnetsOf(network: string, stack: EntityStack): string[] {
  return subnetsOf(network, stack.catalog).flatMap(({ key }) => stack.after(subnet, key));
}
