import { NetworkingFloatingipV2 } from "@cdktf/provider-openstack/lib/networking-floatingip-v2";
import { type FloatingIpSpec, floatingIp } from "../kinds/floating-ip";
import { network } from "../kinds/network";
import { project } from "../kinds/project";
import { dependOn, idOf, type KindConstruct } from "./construct";
import { afterSubnetsOf } from "./network-order";

/** A floating IP. The pool is named, not referred to by id: the provider wants it so. */
export const construct: KindConstruct<FloatingIpSpec> = {
  kind: floatingIp,
  node(scope, { spec, address }, stack) {
    const { description, tags } = spec;
    const made = new NetworkingFloatingipV2(scope, idOf(NetworkingFloatingipV2, address), {
      ...{ address: spec.address, description, tags },
      pool: stack.reference(network, spec.pool, "name"),
      tenantId: spec.project && stack.reference(project, spec.project),
      dnsName: spec.dns_name,
      dnsDomain: spec.dns_domain,
      // Owners describe their addresses themselves. A cloud without an external DNS gives DNS names back as none,
      // and the address would be given up and taken anew at every apply.
      lifecycle: {
        ignoreChanges: [
          "description",
          ...(spec.dns_name === undefined ? [] : ["dns_name"]),
          ...(spec.dns_domain === undefined ? [] : ["dns_domain"]),
        ],
      },
    });
    // The address is taken from one of the pool's subnets.
    dependOn(made, afterSubnetsOf(spec.pool, stack));
  },
};
