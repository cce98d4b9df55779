import { z } from "zod";
import {
  written as addressText,
  blockOf,
  cidr,
  holds,
  type IpVersion,
  ipAddress,
  overlap,
  rangeOf,
  usableOf,
} from "./addresses";
import { choice, Fault, field, flag, key, list, name, show, text } from "./fields";
import { grouping } from "./groups";
import { type Entity, type Finding, type Kind, type Look, refer } from "./kind";
import { subnetRules } from "./subnet-rules";

const address = (description: string) => ipAddress({ description }, "subnet");

const ipv6Mode = (description: string) =>
  choice({ description: `${description} A change replaces the subnet.` }, [
    "slaac",
    "dhcpv6-stateful",
    "dhcpv6-stateless",
  ]);

const ipVersion = field(
  { description: "4 or 6; default: what the CIDR says.", words: "4 or 6" },
  { enum: [4, 6] },
  (value): IpVersion | Fault =>
    value === 4 || value === 6
      ? value
      : new Fault(`${show(value)} is no version of IP`, "write 4 or 6", "subnet"),
);

const gateway = field(
  {
    description:
      "The address of its router; `none`: it has no gateway; absent: Neutron takes the first address.",
    examples: ["192.0.2.1"],
    words: "IP address or `none`",
  },
  { type: "string", pattern: "^(none|[0-9A-Fa-fXx.:]+)$", completions: ["none"] },
  (value): string | Fault => {
    if (value === "none") return value;
    const result = address("").safeParse(value);
    if (result.success) return result.data;
    return new Fault(`${show(value)} is no IP address`, "write an IP address, or none", "subnet");
  },
);

const document = z.strictObject({
  subnet: z
    .strictObject({
      name: name({ description: "The subnet's name.", examples: ["external-ipv4-192-0-2-0"] }),
      network: key({
        description: "The network that it is a part of. A change replaces the subnet.",
        of: "network",
      }),
      project: key(
        { description: "The project that owns it. A change replaces the subnet.", of: "project" },
        2,
      ).optional(),
      description: text({ description: "What the subnet is for." }).optional(),
      cidr: cidr(
        { description: "Its addresses. A change replaces the subnet.", examples: ["192.0.2.0/24"] },
        "subnet",
      ),
      ip_version: ipVersion.optional(),
      gateway_ip: gateway.optional(),
      enable_dhcp: flag({
        description: "Whether Neutron's DHCP serves it; default of Neutron: yes.",
      }).optional(),
      dns_nameservers: list(
        { description: "Name servers that DHCP announces, in this order." },
        address("A name server."),
      ).default([]),
      allocation_pools: z
        .array(
          z
            .strictObject({
              start: address("The first address."),
              end: address("The last address."),
            })
            .meta({ description: "Addresses from the first to the last." }),
        )
        .meta({ description: "Addresses that Neutron hands out; default: all but the gateway." })
        .default([]),
      ipv6_address_mode: ipv6Mode("How servers get their IPv6 addresses.").optional(),
      ipv6_ra_mode: ipv6Mode("Who announces the IPv6 router.").optional(),
      service_types: list(
        { description: "Kinds of ports that may have its addresses.", examples: [["network:floatingip"]] },
        text({ description: "A device owner." }),
      ).optional(),
      tags: list({ description: "Neutron tags." }, text({ description: "A tag." })).optional(),
    })
    .meta({ description: "A Neutron subnet." }),
});

export type SubnetWritten = z.output<typeof document>;

export type SubnetSpec = SubnetWritten["subnet"] & { readonly ip_version: IpVersion };

/** A Neutron subnet. */
export const subnet: Kind<SubnetWritten, SubnetSpec> = {
  name: "subnet",
  folder: "subnets",
  provider: "openstack",
  description: "A Neutron subnet: a block of addresses of a network.",
  resource: "openstack_networking_subnet_v2",
  lost: "Neutron refuses while addresses of it are in use.",
  forces: {
    ...{ network: "id", project: "id", cidr: "value", ip_version: "value" },
    ...{ ipv6_address_mode: "value", ipv6_ra_mode: "value" },
  },
  unmanaged: "subnets",
  protected: true,
  identity: [["subnet", "name"]],
  document,
  references: ({ subnet: written }) => [
    ...refer("network", written.network, "subnet", "network"),
    ...refer("project", written.project, "subnet", "project"),
  ],
  resolve({ subnet: written }) {
    return { spec: { ...written, ip_version: written.ip_version ?? blockOf(written.cidr)?.version ?? 4 } };
  },
  rules: [...subnetRules, { code: "subnet", check: noOverlapWithinItsNetwork }],
};

const byNetwork = grouping(({ network }: SubnetSpec) => network);

/** The declared subnets of a network, in the order of their keys. To be asked when all are resolved. */
export function subnetsOf(network: string, look: Look): readonly Entity<SubnetSpec>[] {
  return byNetwork(look.all(subnet), network);
}

/** The declared subnet of a network that an address lies in. */
export function subnetAround(address: string, network: string, look: Look): Entity<SubnetSpec> | undefined {
  const found = rangeOf(address);
  return subnetsOf(network, look).find(({ spec: { cidr } }) => {
    const block = blockOf(cidr);
    return found && block && holds(block, found);
  });
}

/** The gateway of a subnet, or undefined if it has none; where none is written, Neutron takes the first address. */
export function gatewayOf({ cidr, gateway_ip }: SubnetSpec): string | undefined {
  const block = blockOf(cidr);
  if (gateway_ip !== undefined) return gateway_ip === "none" ? undefined : gateway_ip;
  return block && addressText(block.version, usableOf(block).first);
}

/** Reported at the subnet whose file comes later. */
function* noOverlapWithinItsNetwork(entity: Entity<SubnetSpec>, look: Look): Iterable<Finding> {
  const path = ["subnet", "cidr"];
  const [block, { file }] = [blockOf(entity.spec.cidr), entity.place(path)];
  for (const other of subnetsOf(entity.spec.network, look)) {
    const theirs = blockOf(other.spec.cidr);
    if (other === entity || !block || !theirs || !overlap(block, theirs)) continue;
    const place = other.place(path);
    if (place.file > file) continue;
    yield {
      path,
      message: `${entity.spec.cidr} overlaps with ${other.spec.cidr} of the subnet "${other.key}", in the network "${entity.spec.network}"`,
      help: "write another block: the subnets of one network have no address in common",
      related: { ...place, message: "the other subnet" },
    };
  }
}
