import { NetworkingRouterRouteV2 } from "@cdktf/provider-openstack/lib/networking-router-route-v2";
import type { Construct } from "constructs";
import type { Entity } from "../kinds/kind";
import { type Route, type RouterSpec, routeName } from "../kinds/router";
import { dependOn, idOf } from "./construct";

/** A static route. Neutron takes it only when the router is a neighbour of its next hop: after all interfaces. */
export function routerRoute(
  scope: Construct,
  entity: Entity<RouterSpec>,
  one: Route,
  routerId: string,
  after: readonly string[],
): void {
  const config = { routerId, destinationCidr: one.destination_cidr, nextHop: one.next_hop };
  dependOn(
    new NetworkingRouterRouteV2(scope, idOf(NetworkingRouterRouteV2, routeName(entity, one)), config),
    after,
  );
}
