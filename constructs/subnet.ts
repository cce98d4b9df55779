import { DataOpenstackNetworkingSubnetV2 } from "@cdktf/provider-openstack/lib/data-openstack-networking-subnet-v2";
import { NetworkingSubnetV2 } from "@cdktf/provider-openstack/lib/networking-subnet-v2";
import { network } from "../kinds/network";
import { project } from "../kinds/project";
import { type SubnetSpec, subnet } from "../kinds/subnet";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/** A subnet with its pools. */
export const construct: KindConstruct<SubnetSpec> = {
  kind: subnet,
  node(scope, { spec, address }, stack) {
    const { name, description, cidr, tags, gateway_ip, dns_nameservers, allocation_pools } = spec;
    new NetworkingSubnetV2(scope, idOf(NetworkingSubnetV2, address), {
      ...{ name, description, cidr, tags },
      networkId: stack.reference(network, spec.network),
      tenantId: spec.project && stack.reference(project, spec.project),
      ipVersion: spec.ip_version,
      gatewayIp: gateway_ip === "none" ? undefined : gateway_ip,
      noGateway: gateway_ip === "none" ? true : undefined,
      enableDhcp: spec.enable_dhcp,
      dnsNameservers: unlessEmpty(dns_nameservers),
      ipv6AddressMode: spec.ipv6_address_mode,
      ipv6RaMode: spec.ipv6_ra_mode,
      serviceTypes: spec.service_types,
      allocationPool: unlessEmpty(allocation_pools),
    });
  },
  data(scope, id, key) {
    return new DataOpenstackNetworkingSubnetV2(scope, id, { name: key });
  },
};
