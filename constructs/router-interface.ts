import { NetworkingPortV2 } from "@cdktf/provider-openstack/lib/networking-port-v2";
import { NetworkingRouterInterfaceV2 } from "@cdktf/provider-openstack/lib/networking-router-interface-v2";
import { NetworkingRouterV2 } from "@cdktf/provider-openstack/lib/networking-router-v2";
import type { Construct } from "constructs";
import type { Entity } from "../kinds/kind";
import { network } from "../kinds/network";
import { project } from "../kinds/project";
import {
  interfaceName,
  type OwnPort,
  portName,
  type RouterInterface,
  type RouterSpec,
} from "../kinds/router";
import { subnet } from "../kinds/subnet";
import { dependOn, idOf, unlessEmpty } from "./construct";
import { afterSubnetsOf } from "./network-order";
import type { EntityStack } from "./stack";
import { expression } from "./text";

/** A router's leg in a subnet, or in a network by a port of its own. Returns what routes depend on. */
export function routerInterface(
  scope: Construct,
  entity: Entity<RouterSpec>,
  one: RouterInterface,
  routerId: string,
  stack: EntityStack,
): string {
  const id = idOf(NetworkingRouterInterfaceV2, interfaceName(entity, one));
  const end =
    "subnet" in one
      ? { subnetId: stack.reference(subnet, one.subnet) }
      : { portId: routerPort(scope, entity, one, stack) };
  new NetworkingRouterInterfaceV2(scope, id, { routerId, ...end });
  return id;
}

/** A port of the router's own, of the router's owner. Returns its id. */
function routerPort(scope: Construct, entity: Entity<RouterSpec>, one: OwnPort, stack: EntityStack): string {
  const { port: name, description, fixed_ips } = one;
  const id = idOf(NetworkingPortV2, portName(entity, one));
  const owner = entity.spec.project;
  const made = new NetworkingPortV2(scope, id, {
    ...{ name, description, adminStateUp: true },
    networkId: stack.reference(network, one.network),
    tenantId: owner && stack.reference(project, owner),
    fixedIp: unlessEmpty(fixed_ips.map(fixedIp)),
  });
  // Without its network's subnets the port would get no address.
  dependOn(made, afterSubnetsOf(one.network, stack));
  // Neutron deletes a port when it is taken off its router, and gives a router's port no other addresses: where the
  // interface is made anew, so is the port.
  made.addOverride(
    "lifecycle.replace_triggered_by",
    [
      idOf(NetworkingRouterV2, entity.address),
      ...fixed_ips.flatMap(({ subnet: key }) => stack.after(subnet, key)),
    ].map((address) => `${address}.id`),
  );
  return expression(`${id}.id`);

  function fixedIp({ subnet: key, ip_address }: OwnPort["fixed_ips"][number]) {
    return { subnetId: stack.reference(subnet, key), ipAddress: ip_address };
  }
}
