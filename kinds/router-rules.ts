import { addressIn, blockOf, holds, overlap, type Range, rangeOf, usableOf } from "./addresses";
import { subnetsAreKnown } from "./dangling";
import type { Entity, Finding, Look, Path, Rule } from "./kind";
import { network } from "./network";
import { isNotExternal } from "./network-rules";
import type { FixedIp, RouterInterface, RouterSpec, RouterWritten } from "./router";
import { gatewayOf, type SubnetSpec, subnet, subnetsOf } from "./subnet";
import { isInDoubt } from "./subnet-rules";

type RouterRule = Rule<RouterWritten, RouterSpec>;

const at = (...path: Path): Path => ["router", ...path];

const externalNetworkIsExternal: RouterRule["check"] = function* ({ spec }, look) {
  const key = spec.external_network;
  if (key === undefined || !isNotExternal(key, look)) return;
  yield {
    path: at("external_network"),
    message: `the network "${key}" is not external, so no gateway can be in it`,
    help: "write `external: true` in the network's file, or name another network",
  };
};

const gatewaySettingsNeedOne: RouterRule["check"] = function* ({ spec }) {
  const settings = ["enable_snat", "external_fixed_ips", "external_subnets"] as const;
  const first = settings.find((key) => spec[key] !== undefined);
  if (first !== undefined && spec.external_network === undefined) {
    yield {
      path: at(first),
      message: `\`${first}\` stands without \`external_network\``,
      help: "it belongs to the router's gateway: write `external_network` too, or remove it",
    };
    return;
  }
  if (spec.external_fixed_ips === undefined || spec.external_subnets === undefined) return;
  yield {
    path: at("external_subnets"),
    message: "`external_subnets` stands beside `external_fixed_ips`",
    help: "keep one of the two: the provider takes no more",
  };
};

/** Fixed addresses lie in a subnet of the network that they are for. */
function* misplaced(
  ips: readonly Partial<FixedIp>[],
  networkKey: string | undefined,
  path: Path,
  look: Look,
): Iterable<Finding> {
  for (const [index, { subnet: key, ip_address }] of ips.entries()) {
    if (key === undefined && ip_address === undefined) {
      yield {
        path: [...path, index],
        message: "the entry names neither a subnet nor an address",
        help: "write `subnet`, `ip_address` or both",
      };
    }
    const found = key === undefined ? undefined : look.find(subnet, key)?.spec;
    if (!found) continue;
    const [block, address] = [isInDoubt(found) ? undefined : blockOf(found.cidr), rangeOf(ip_address ?? "")];
    if (networkKey !== undefined && found.network !== networkKey) {
      yield {
        path: [...path, index, "subnet"],
        message: `the subnet "${key}" belongs to the network "${found.network}", not to "${networkKey}"`,
        help: "name a subnet of the same network",
      };
    } else if (block && address && !holds(usableOf(block), address)) {
      yield {
        path: [...path, index, "ip_address"],
        message: `${ip_address} is no address for a host in ${found.cidr} of the subnet "${key}"`,
        help: `write ${addressIn(block)}`,
      };
    }
  }
}

const fixedAddressesLieInTheirSubnets: RouterRule["check"] = function* ({ spec }, look, { router: written }) {
  yield* misplaced(spec.external_fixed_ips ?? [], spec.external_network, at("external_fixed_ips"), look);
  for (const [index, key] of (spec.external_subnets ?? []).entries()) {
    const found = look.find(subnet, key)?.spec.network;
    if (found === undefined || spec.external_network === undefined || found === spec.external_network)
      continue;
    yield {
      path: at("external_subnets", index),
      message: `the subnet "${key}" belongs to the network "${found}", not to "${spec.external_network}"`,
      help: "name a subnet of the external network",
    };
  }
  for (const [index, one] of written.interfaces.entries()) {
    if ("port" in one)
      yield* misplaced(one.fixed_ips, one.network, at("interfaces", index, "fixed_ips"), look);
  }
};

/** The subnets that an interface is known to be in. */
function subnetsNamedBy(one: RouterInterface): string[] {
  return "subnet" in one ? [one.subnet] : one.fixed_ips.map(({ subnet: key }) => key);
}

const nothingStandsTwice: RouterRule["check"] = function* (
  _entity,
  _look,
  { router: { interfaces, routes } },
) {
  const [ports, subnets, targets] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const twice = (seen: Map<string, number>, key: string, index: number) => {
    const first = seen.get(key) ?? index;
    seen.set(key, first);
    return first === index ? undefined : first + 1;
  };
  for (const [index, one] of interfaces.entries()) {
    const port = "port" in one ? twice(ports, one.port, index) : undefined;
    const help = "remove one of the two interfaces";
    if (port !== undefined) {
      yield {
        path: at("interfaces", index),
        message: "port" in one ? `the port "${one.port}" stands in interface ${port} already` : "",
        help,
      };
      continue;
    }
    for (const key of subnetsNamedBy(one)) {
      const first = twice(subnets, key, index);
      if (first !== undefined)
        yield {
          path: at("interfaces", index),
          message: `the router has a leg in the subnet "${key}" by interface ${first} already`,
          help,
        };
    }
  }
  for (const [index, { destination_cidr, next_hop }] of routes.entries()) {
    const first = twice(targets, `${destination_cidr} ${next_hop}`, index);
    if (first !== undefined)
      yield {
        path: at("routes", index),
        message: `the route to ${destination_cidr} by ${next_hop} is route ${first} already`,
        help: "remove one of the two routes",
      };
  }
};

/** Neutron gives the router the gateway's address of a subnet that is attached by name. */
const attachedSubnetsHaveAGateway: RouterRule["check"] = function* (
  _entity,
  look,
  { router: { interfaces } },
) {
  for (const [index, one] of interfaces.entries()) {
    if (!("subnet" in one) || look.find(subnet, one.subnet)?.spec.gateway_ip !== "none") continue;
    yield {
      path: at("interfaces", index, "subnet"),
      message: `the subnet "${one.subnet}" has no gateway address that the router could take`,
      help: "write its `gateway_ip`, or attach the router by a port of its own: `network` and `port`",
    };
  }
};

/** An address that a router takes in a network, as far as it is written. */
interface Taken {
  readonly path: Path;
  readonly network: string;
  readonly address: string;
}

/** The addresses that a router takes: at its gateway, by its own ports, and as the gateway of subnets. */
export function addressesTaken(
  { external_network, external_fixed_ips, interfaces }: RouterSpec,
  look: Look,
): Taken[] {
  const taken: Taken[] = [];
  const add = (path: Path, network: string | undefined, address: string | undefined) => {
    if (network !== undefined && address !== undefined) taken.push({ path, network, address });
  };
  for (const [index, { ip_address }] of (external_fixed_ips ?? []).entries())
    add(at("external_fixed_ips", index, "ip_address"), external_network, ip_address);
  for (const [index, one] of interfaces.entries()) {
    if ("port" in one) {
      for (const [ip, { ip_address }] of one.fixed_ips.entries())
        add(at("interfaces", index, "fixed_ips", ip, "ip_address"), one.network, ip_address);
    } else {
      const found = look.find(subnet, one.subnet)?.spec;
      add(at("interfaces", index, "subnet"), found?.network, found && gatewayOf(found));
    }
  }
  return taken;
}

/** The subnets that the gateway is certain to have an address in: Neutron takes one of each version of IP. */
function subnetsOfTheGateway(
  { external_network, external_fixed_ips }: RouterSpec,
  look: Look,
): readonly Entity<SubnetSpec>[] {
  // Of an unmanaged network not all subnets are known, and one that is not external is told as such.
  const isKnown =
    external_network !== undefined && look.find(network, external_network)?.spec.external === true;
  const all = isKnown ? subnetsOf(external_network, look) : [];
  const named = (external_fixed_ips ?? []).flatMap(({ subnet: key }) => key ?? []);
  if (named.length > 0) return all.filter(({ key }) => named.includes(key));
  return all.filter(
    (one) => !all.some((other) => other !== one && other.spec.ip_version === one.spec.ip_version),
  );
}

/** Neutron refuses a router whose legs overlap (`_check_for_dup_router_subnets`); its gateway is one of them. */
const legsDoNotOverlap: RouterRule["check"] = function* ({ spec }, look) {
  const legs = spec.interfaces.flatMap((one, index) => {
    const named = subnetsNamedBy(one).filter(
      (key) => "subnet" in one || look.find(subnet, key)?.spec.network === one.network,
    );
    return [...new Set(named)].map((key) => ({ key, path: at("interfaces", index) }));
  });
  const uplinks = subnetsOfTheGateway(spec, look);
  const earlier = uplinks.map(({ key, spec: { cidr } }) => ({ key, cidr }));
  for (const { key, path } of legs) {
    const cidr = look.find(subnet, key)?.spec.cidr;
    const block = blockOf(cidr ?? "");
    if (cidr === undefined || !block) continue;
    const twin = earlier.find((other) => {
      const theirs = blockOf(other.cidr);
      return theirs && overlap(theirs, block);
    });
    // The same subnet twice is told as such, and so is a leg in a subnet of another network.
    if (twin && (twin.key !== key || uplinks.some((uplink) => uplink.key === key)))
      yield {
        path,
        message:
          twin.key === key
            ? `the subnet "${key}" belongs to the network of the router's gateway`
            : `${cidr} of the subnet "${key}" overlaps with ${twin.cidr} of "${twin.key}", which the router has a leg in too`,
        help: "a router's legs lie in subnets without a common address: attach another subnet, or use a router of its own",
      };
    earlier.push({ key, cidr });
  }
};

/** All blocks that a router is a neighbour in, or undefined where some of them are not known here. */
function blocksAround(
  spec: Pick<RouterSpec, "external_network" | "interfaces">,
  look: Look,
): Range[] | undefined {
  const blocks: Range[] = [];
  let known = subnetsAreKnown(look);
  const add = (subnets: readonly (SubnetSpec | undefined)[]) => {
    const found = subnets.flatMap((spec) => (spec && !isInDoubt(spec) && blockOf(spec.cidr)) || []);
    known &&= found.length > 0 && found.length === subnets.length;
    blocks.push(...found);
  };
  const ofNetwork = (key: string) => add(subnetsOf(key, look).map((entity) => entity.spec));
  if (spec.external_network !== undefined) ofNetwork(spec.external_network);
  for (const one of spec.interfaces) {
    const keys = subnetsNamedBy(one);
    if ("network" in one && keys.length === 0) ofNetwork(one.network);
    else add(keys.map((key) => look.find(subnet, key)?.spec));
  }
  return known ? blocks : undefined;
}

const nextHopsAreNeighbours: RouterRule["check"] = function* ({ spec }, look, { router: written }) {
  const { routes } = written;
  // One of two interfaces that are called the same may be the leg that a next hop needs.
  const blocks = routes.length > 0 ? blocksAround(written, look) : undefined;
  const own = new Set(addressesTaken(spec, look).map(({ address }) => address));
  for (const [index, { destination_cidr, next_hop }] of routes.entries()) {
    const [target, hop] = [blockOf(destination_cidr), rangeOf(next_hop)];
    if (!target || !hop) continue;
    const path = at("routes", index, "next_hop");
    if (target.version !== hop.version) {
      yield {
        path,
        message: `${next_hop} is no IPv${target.version} address, as ${destination_cidr} is`,
        help: `write an IPv${target.version} address`,
      };
    } else if (own.has(next_hop)) {
      yield {
        path,
        message: `the next hop ${next_hop} is an address of the router itself`,
        help: "write the address of a neighbour",
      };
    } else if (blocks && !blocks.some((block) => holds(block, hop))) {
      yield {
        path,
        message: `the next hop ${next_hop} lies in no subnet that the router has a leg in`,
        help: "write the address of a neighbour, or add an interface in its subnet",
      };
    }
  }
};

/** What must hold of a router, and between it and its networks. */
export const routerRules: readonly RouterRule[] = [
  externalNetworkIsExternal,
  gatewaySettingsNeedOne,
  fixedAddressesLieInTheirSubnets,
  nothingStandsTwice,
  attachedSubnetsHaveAGateway,
  legsDoNotOverlap,
  nextHopsAreNeighbours,
].map((check) => ({ code: "router", check }));
