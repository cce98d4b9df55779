import { DataOpenstackNetworkingNetworkV2 } from "@cdktf/provider-openstack/lib/data-openstack-networking-network-v2";
import { NetworkingNetworkV2 } from "@cdktf/provider-openstack/lib/networking-network-v2";
import { type NetworkSpec, network } from "../kinds/network";
import { project } from "../kinds/project";
import { idOf, type KindConstruct } from "./construct";

/** A network with its provider segments. */
export const construct: KindConstruct<NetworkSpec> = {
  kind: network,
  node(scope, { spec, address }, stack) {
    const { name, description, external, mtu, tags } = spec;
    // Neutron tells a project that may use the network that it is shared, and the login may be of such a project:
    // a written `false` would differ for ever.
    const isListed = [...stack.catalog.all(project).values()].some((one) =>
      one.spec.access_as_shared.includes(name),
    );
    const shared = !spec.shared && isListed ? undefined : spec.shared;
    new NetworkingNetworkV2(scope, idOf(NetworkingNetworkV2, address), {
      ...{ name, description, shared, external, mtu, tags },
      adminStateUp: spec.admin_state_up,
      tenantId: spec.project && stack.reference(project, spec.project),
      dnsDomain: spec.dns_domain,
      portSecurityEnabled: spec.port_security_enabled,
      transparentVlan: spec.transparent_vlan,
      availabilityZoneHints: spec.availability_zone_hints,
      segments: spec.segments?.map((segment) => ({
        physicalNetwork: segment.physical_network,
        segmentationId: segment.segmentation_id,
        networkType: segment.network_type,
      })),
    });
  },
  data(scope, id, key) {
    return new DataOpenstackNetworkingNetworkV2(scope, id, { name: key });
  },
};
