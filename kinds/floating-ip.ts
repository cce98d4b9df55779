import { z } from "zod";
import { blockOf, holds, rangeOf, usableOf } from "./addresses";
import { subnetsAreKnown } from "./dangling";
import { Fault, field, key, list, show, text } from "./fields";
import { type Kind, type Rule, refer } from "./kind";
import { network } from "./network";
import { isNotExternal } from "./network-rules";
import { routersAt } from "./router";
import { gatewayOf, subnetsOf } from "./subnet";
import { isInDoubt } from "./subnet-rules";

/** The key of a floating IP is its address as it is written, so there is one way to write it. */
const address = field(
  {
    description: "The address: IPv4. A change replaces it.",
    examples: ["192.0.2.12"],
    words: "IPv4 address",
  },
  { type: "string", pattern: "^\\d{1,3}(\\.\\d{1,3}){3}$" },
  (value) =>
    typeof value === "string" && rangeOf(value)?.version === 4
      ? value
      : new Fault(
          `${show(value)} is no IPv4 address`,
          "write four numbers with dots between them, such as 192.0.2.12",
          "floating-ip",
        ),
);

const document = z.strictObject({
  "floating-ip": z
    .strictObject({
      address,
      pool: key({
        description: "The external network that it is taken from. A change replaces it.",
        of: "network",
      }),
      project: key(
        { description: "The project that owns it. A change replaces it.", of: "project" },
        2,
      ).optional(),
      description: text({
        description:
          "What it is for, when it is taken: its owner may change it later, and a change here does nothing.",
      }).optional(),
      dns_name: text({ description: "Its name in DNS, when it is taken: a change does nothing." }).optional(),
      dns_domain: text({
        description: "The DNS domain, with a final dot, when it is taken: a change does nothing.",
      }).optional(),
      tags: list({ description: "Neutron tags." }, text({ description: "A tag." })).optional(),
    })
    .meta({ description: "A floating IP address that a project keeps." }),
});

type Written = z.output<typeof document>;

export type FloatingIpSpec = Written["floating-ip"];

type FloatingIpRule = Rule<Written, FloatingIpSpec>;

const poolIsExternal: FloatingIpRule["check"] = function* ({ spec: { pool } }, look) {
  if (!isNotExternal(pool, look)) return;
  yield {
    path: ["floating-ip", "pool"],
    message: `the network "${pool}" is not external, so it gives no floating addresses`,
    help: "name an external network",
  };
};

const addressIsInItsPool: FloatingIpRule["check"] = function* ({ spec }, look) {
  const subnets = subnetsOf(spec.pool, look).map((entity) => entity.spec);
  const found = rangeOf(spec.address);
  // Subnets that are declared elsewhere, or have problems of their own, may hold the address.
  if (!found || subnets.length === 0 || !subnetsAreKnown(look) || subnets.some(isInDoubt)) return;
  // Of a network that is no pool the address says nothing, and the pool is told.
  if (look.isUnmanaged(network, spec.pool) || isNotExternal(spec.pool, look)) return;
  const path = ["floating-ip", "address"];
  const home = subnets.find(({ cidr }) => {
    const block = blockOf(cidr);
    return block && holds(usableOf(block), found);
  });
  if (!home) {
    const cidrs = subnets.map(({ cidr }) => cidr).join(", ");
    yield {
      path,
      message: `${spec.address} is no address for a host in a subnet of "${spec.pool}"`,
      help: `write an address of its subnets: ${cidrs}`,
    };
  } else if (spec.address === gatewayOf(home)) {
    yield {
      path,
      message: `${spec.address} is the gateway of the subnet "${home.name}"`,
      help: "write another address",
    };
  }
};

const noRouterHasIt: FloatingIpRule["check"] = function* ({ spec }, look) {
  const isGateway = subnetsOf(spec.pool, look).some((entity) => gatewayOf(entity.spec) === spec.address);
  const [taker] = isGateway ? [] : routersAt(spec.address, spec.pool, look);
  if (!taker) return;
  const { file, line } = taker.router.place(taker.path);
  yield {
    path: ["floating-ip", "address"],
    message: `${spec.address} is taken by the router "${taker.router.key}"`,
    help: `write another address; the router has it at ${file}:${line}`,
  };
};

/** A floating IP address that a project keeps, whatever it is attached to. */
export const floatingIp: Kind<Written, FloatingIpSpec> = {
  name: "floating-ip",
  folder: "floating-ips",
  provider: "openstack",
  description: "A floating IP address that a project keeps.",
  resource: "openstack_networking_floatingip_v2",
  lost: "The address goes back to its pool, and anybody may get it.",
  forces: { address: "value", pool: "value", project: "id" },
  identity: [["floating-ip", "address"]],
  freeStem: true,
  document,
  base: (key) => ["fip", key],
  references: ({ "floating-ip": written }) => [
    ...refer("network", written.pool, "floating-ip", "pool"),
    ...refer("project", written.project, "floating-ip", "project"),
  ],
  resolve: ({ "floating-ip": written }) => ({ spec: written }),
  rules: [poolIsExternal, addressIsInItsPool, noRouterHasIt].map((check) => ({
    code: "floating-ip",
    check,
  })),
};
