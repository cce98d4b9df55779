import { NetworkingRouterRouteV2 } from "@cdktf/provider-openstack/lib/networking-router-route-v2";
import type { Construct } from "constructs";
import type { Entity } from "../kinds/kind";
import { type Route, type RouterSpec, routeName } from "../kinds/router";
import { idOf } from "./construct";

/** A static route. Neutron takes it only when the router is a neighbour of its next hop: after all interfaces. */
export function routerRoute(
  scope: Construct,
  entity: Entity<RouterSpec>,
  one: Route,
  routerId: string,
  after: { fqn: string }[],
): void {
  new NetworkingRouterRouteV2(scope, idOf(NetworkingRouterRouteV2, routeName(entity, one)), {
    ...{ routerId, destinationCidr: one.destination_cidr, nextHop: one.next_hop },
    dependsOn: after.length > 0 ? after : undefined,
  });
}
