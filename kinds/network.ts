import { z } from "zod";
import { choice, count, flag, key, list, name, text } from "./fields";
import { type Kind, refer } from "./kind";
import { networkIsExternalWhereUsedSo } from "./network-rules";
import { segmentRules } from "./segment-rules";

const segment = z
  .strictObject({
    physical_network: text({
      description: "The provider network that Neutron knows.",
      examples: ["provider"],
    }).optional(),
    segmentation_id: count(
      { description: "The VLAN or tunnel number.", examples: [716] },
      { max: 2 ** 32 - 1 },
    ).optional(),
    network_type: choice({ description: "How the segment is carried." }, [
      "local",
      "flat",
      "vlan",
      "vxlan",
      "gre",
      "geneve",
    ]).optional(),
  })
  .meta({ description: "A provider segment." });

const document = z.strictObject({
  network: z
    .strictObject({
      name: name({ description: "The network's name.", examples: ["external-ipv4"] }),
      project: key(
        { description: "The project that owns it. A change replaces the network.", of: "project" },
        2,
      ).optional(),
      description: text({ description: "What the network is for." }).optional(),
      admin_state_up: flag({ description: "Whether it is up." }).default(true),
      shared: flag({ description: "Whether every project may use it directly." }).default(false),
      external: flag({
        description: "Whether it is a provider network for gateways and floating addresses.",
      }).default(false),
      mtu: count({ description: "The largest packet, in bytes." }, { min: 68, max: 65535 }).optional(),
      dns_domain: text({ description: "The DNS domain of its ports, with a final dot." }).optional(),
      port_security_enabled: flag({
        description: "Whether its ports have security groups by default.",
      }).optional(),
      transparent_vlan: flag({
        description: "Whether servers may use VLAN tags. A change replaces the network.",
      }).optional(),
      availability_zone_hints: list(
        { description: "Availability zones. A change replaces the network." },
        text({ description: "A zone." }),
      ).optional(),
      tags: list({ description: "Neutron tags." }, text({ description: "A tag." })).optional(),
      segments: z
        .array(segment)
        .meta({
          description: "Its provider segments: Neutron takes them when it is made, and no others later.",
        })
        .optional(),
    })
    .meta({ description: "A Neutron network." }),
});

export type NetworkWritten = z.output<typeof document>;

export type NetworkSpec = NetworkWritten["network"];

/** A Neutron network. */
export const network: Kind<NetworkWritten, NetworkSpec> = {
  name: "network",
  folder: "networks",
  provider: "openstack",
  description: "A Neutron network.",
  resource: "openstack_networking_network_v2",
  lost: "Its subnets and addresses go with it. Neutron refuses while ports of servers are on it.",
  grants: { shared: "yes", external: "yes" },
  forces: { project: "id", transparent_vlan: "value", availability_zone_hints: "value" },
  unmanaged: "networks",
  protected: true,
  accepts: ["everybody"],
  identity: [["network", "name"]],
  document,
  references: ({ network: written }) => refer("project", written.project, "network", "project"),
  resolve: ({ network: written }) => ({ spec: written }),
  rules: [{ code: "external-network", check: networkIsExternalWhereUsedSo }, ...segmentRules],
};
