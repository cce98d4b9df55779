import { DataOpenstackNetworkingRouterV2 } from "@cdktf/provider-openstack/lib/data-openstack-networking-router-v2";
import { NetworkingRouterV2 } from "@cdktf/provider-openstack/lib/networking-router-v2";
import { network } from "../kinds/network";
import { project } from "../kinds/project";
import { type GatewayAddress, type RouterSpec, router } from "../kinds/router";
import { subnet, subnetAround } from "../kinds/subnet";
import { dependOn, idOf, type KindConstruct } from "./construct";
import { afterSubnetsOf } from "./network-order";
import { routerInterface } from "./router-interface";
import { routerRoute } from "./router-route";
import type { EntityStack } from "./stack";

/** A router; its ports, interfaces and routes are edges. */
export const construct: KindConstruct<RouterSpec> = {
  kind: router,
  node(scope, { spec, address }, stack) {
    const { name, description, distributed, tags, external_network: external } = spec;
    const made = new NetworkingRouterV2(scope, idOf(NetworkingRouterV2, address), {
      ...{ name, description, distributed, tags },
      adminStateUp: spec.admin_state_up,
      tenantId: spec.project && stack.reference(project, spec.project),
      externalNetworkId: external && stack.reference(network, external),
      enableSnat: spec.enable_snat,
      externalFixedIp: spec.external_fixed_ips && gatewayAddresses(spec.external_fixed_ips, external, stack),
      externalSubnetIds: spec.external_subnets?.map((key) => stack.reference(subnet, key)),
      availabilityZoneHints: spec.availability_zone_hints,
    });
    // The gateway needs an address of the external network.
    if (external !== undefined) dependOn(made, afterSubnetsOf(external, stack));
  },
  edges(scope, entity, stack) {
    const routerId = stack.reference(router, entity.key);
    const after = entity.spec.interfaces.map((one) => routerInterface(scope, entity, one, routerId, stack));
    for (const one of entity.spec.routes) routerRoute(scope, entity, one, routerId, after);
  },
  data(scope, id, key) {
    return new DataOpenstackNetworkingRouterV2(scope, id, { name: key });
  },
};

/** As the provider reads them back, or they would differ for ever: each with its subnet, in the order of Neutron's texts. */
function gatewayAddresses(ips: readonly GatewayAddress[], external: string | undefined, stack: EntityStack) {
  const made = ips.map(({ subnet: written, ip_address }) => {
    const key = written ?? (ip_address && external && subnetAround(ip_address, external, stack.catalog)?.key);
    return { subnetId: key && stack.reference(subnet, key), ipAddress: ip_address };
  });
  // The place of an address that Neutron chooses is not known.
  if (made.some(({ ipAddress }) => ipAddress === undefined)) return made;
  const text = ({ ipAddress = "" }) => ipAddress;
  return made.sort((one, other) => (text(one) < text(other) ? -1 : 1));
}
