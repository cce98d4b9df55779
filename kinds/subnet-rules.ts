import {
  addressIn,
  blockOf,
  holds,
  type IpVersion,
  isLinkLocal,
  overlap,
  type Range,
  rangeOf,
  usableOf,
  written,
} from "./addresses";
import type { Finding, Path, Rule } from "./kind";
import type { SubnetSpec, SubnetWritten } from "./subnet";

type SubnetRule = Rule<SubnetWritten, SubnetSpec>;

const at = (...path: Path): Path => ["subnet", ...path];

const versionFitsCidr: SubnetRule["check"] = function* ({ spec: { cidr, ip_version } }) {
  const version = blockOf(cidr)?.version;
  if (version === undefined || version === ip_version) return;
  yield {
    path: at("ip_version"),
    message: `${cidr} is a block of IPv${version} addresses, not of IPv${ip_version}`,
    help: `write ${version}, or leave the line out`,
  };
};

/** Where the gateway and all pools lie elsewhere, it is the block that is wrong. */
const blockIsTheOneOfItsAddresses: SubnetRule["check"] = function* ({ spec }) {
  if (!isElsewhere(spec)) return;
  const [pool] = spec.allocation_pools;
  yield {
    path: at("cidr"),
    message: `${spec.cidr} holds neither the gateway ${spec.gateway_ip} nor the pool from ${pool?.start} to ${pool?.end}`,
    help: "write the block that they lie in, or a gateway and pools of this one",
  };
};

function isElsewhere(spec: SubnetSpec): boolean {
  const block = blockOf(spec.cidr);
  const isOutside = (one: Range | undefined) => block && one && !isLinkLocal(one) && !overlap(block, one);
  return spec.allocation_pools.length > 0 && rangesOf(spec).every(isOutside);
}

/** Does its gateway or a pool lie outside of its block, so that one of them is wrong? */
export function isInDoubt(spec: SubnetSpec): boolean {
  const block = blockOf(spec.cidr);
  const isOutside = (one: Range | undefined) => block && one && !isLinkLocal(one) && !holds(block, one);
  return rangesOf(spec).some(isOutside);
}

/** The gateway and the pools; undefined where none is written, or what is written is none. */
function rangesOf({ gateway_ip = "", allocation_pools }: SubnetSpec): (Range | undefined)[] {
  return [rangeOf(gateway_ip), ...allocation_pools.map(({ start, end }) => rangeOf(start, end))];
}

/** A pool as two numbers, or what is wrong with its ends. */
function poolOf(
  { start, end }: { start: string; end: string },
  version: IpVersion,
  path: Path,
): Range | Finding {
  for (const [side, address] of [
    ["start", start],
    ["end", end],
  ] as const) {
    if (rangeOf(address)?.version !== version) return notOfVersion([...path, side], address, version);
  }
  const pool = rangeOf(start, end);
  if (pool && pool.first <= pool.last) return pool;
  return {
    path: [...path, "start"],
    message: `the pool begins at ${start}, after its end ${end}`,
    help: "exchange start and end",
  };
}

function notOfVersion(path: Path, address: string, version: IpVersion): Finding {
  return {
    path,
    message: `${address} is no IPv${version} address, as the subnet's are`,
    help: `write an IPv${version} address`,
  };
}

const nameServersAreOfItsVersion: SubnetRule["check"] = function* ({ spec: { cidr, dns_nameservers } }) {
  const version = blockOf(cidr)?.version;
  for (const [index, address] of dns_nameservers.entries()) {
    if (version === undefined || rangeOf(address)?.version === version) continue;
    yield notOfVersion(at("dns_nameservers", index), address, version);
  }
};

function textOf({ version, first, last }: Range): string {
  return `from ${written(version, first)} to ${written(version, last)}`;
}

const poolsAreInsideAndDisjoint: SubnetRule["check"] = function* ({ spec: { cidr, allocation_pools } }) {
  const block = blockOf(cidr);
  if (!block) return;
  const earlier: Range[] = [];
  for (const [index, ends] of allocation_pools.entries()) {
    const path = at("allocation_pools", index);
    const pool = poolOf(ends, block.version, path);
    if ("message" in pool) yield pool;
    else {
      yield* outside(pool, ends, block, cidr, path);
      const twin = earlier.findIndex((other) => overlap(pool, other));
      const [mine, theirs] = [pool, ...earlier.slice(twin, twin + 1)].map(textOf);
      const message = `the pool ${mine} overlaps with the pool ${theirs}`;
      const help = "each address stands in one pool at most: shorten one of the two";
      if (twin >= 0) yield { path: [...path, "start"], message, help };
      earlier.push(pool);
    }
  }
};

function* outside(
  pool: Range,
  ends: { start: string; end: string },
  block: Range,
  cidr: string,
  path: Path,
): Iterable<Finding> {
  const usable = usableOf(block);
  if (holds(usable, pool)) return;
  const side = pool.first < usable.first || pool.first > usable.last ? "start" : "end";
  const [first, last] = [written(usable.version, usable.first), written(usable.version, usable.last)];
  yield {
    path: [...path, side],
    message: `${ends[side]} is no address that ${cidr} hands out`,
    help: `write an address from ${first} to ${last}`,
  };
}

/** The first address of a block that a host may have. */
function firstOf(block: Range): Range {
  const { version, first } = usableOf(block);
  return { version, first, last: first };
}

/** Neutron checks the pools against the gateway that it chooses itself, too (ipam_pluggable_backend). */
const gatewayIsInsideAndInNoPool: SubnetRule["check"] = function* ({
  spec: { cidr, gateway_ip, allocation_pools },
}) {
  const [block, gateway] = [blockOf(cidr), rangeOf(gateway_ip ?? "")];
  const poolOf = (address: Range) =>
    allocation_pools.findIndex(({ start, end }) => {
      const range = rangeOf(start, end);
      return range && block && holds(usableOf(block), range) && holds(range, address);
    });
  if (block?.version === 4 && gateway_ip === undefined) {
    const [first, pool] = [firstOf(block), poolOf(firstOf(block))];
    if (pool < 0) return;
    yield {
      path: at("allocation_pools", pool, "start"),
      message: `the pool holds ${written(4, first.first)}, which Neutron takes as the gateway where none is written`,
      help: `write \`gateway_ip: <another address>\` or \`gateway_ip: none\`, or begin the pool at ${written(4, first.first + 1n)}`,
    };
    return;
  }
  if (!block || !gateway || gateway_ip === undefined) return;
  const path = at("gateway_ip");
  if (gateway.version !== block.version) yield notOfVersion(path, gateway_ip, block.version);
  else if (isLinkLocal(gateway)) return;
  else if (!holds(gateway.version === 4 ? usableOf(block) : block, gateway)) {
    yield {
      path,
      message: `the gateway ${gateway_ip} is no address for a host in ${cidr}`,
      help: `write ${addressIn(block)}, or none`,
    };
  } else {
    const pool = allocation_pools[poolOf(gateway)];
    if (!pool) return;
    yield {
      path,
      message: `the gateway ${gateway_ip} stands in the pool from ${pool.start} to ${pool.end}`,
      help: "end the pool before it, or begin it after it: Neutron would hand it out",
    };
  }
};

/** What Neutron refuses of the two modes (db_base_plugin_v2, `_validate_ipv6_attributes`). */
const ipv6ModesFit: SubnetRule["check"] = function* ({ spec }) {
  const modes = [spec.ipv6_address_mode, spec.ipv6_ra_mode];
  const key = spec.ipv6_address_mode === undefined ? "ipv6_ra_mode" : "ipv6_address_mode";
  const [block, path] = [blockOf(spec.cidr), at(key)];
  if (!block || modes.every((mode) => mode === undefined)) return;
  if (block.version === 4)
    yield {
      path,
      message: `\`${key}\` stands in a subnet of IPv4`,
      help: "remove it: the modes are for IPv6",
    };
  else if (spec.enable_dhcp === false) {
    yield {
      path,
      message: `\`${key}\` stands beside \`enable_dhcp: false\``,
      help: "Neutron takes IPv6 modes only with DHCP enabled: remove one of the two",
    };
  } else if (modes[0] !== undefined && modes[1] !== undefined && modes[0] !== modes[1]) {
    yield {
      path: at("ipv6_ra_mode"),
      message: `\`ipv6_ra_mode\` is ${modes[1]}, but \`ipv6_address_mode\` ${modes[0]}`,
      help: "write the same mode in both: Neutron takes no others",
    };
  } else if (
    modes.some((mode) => mode === "slaac" || mode === "dhcpv6-stateless") &&
    block.last - block.first !== 2n ** 64n - 1n
  ) {
    yield {
      path: at("cidr"),
      message: `in ${spec.cidr} servers cannot make their own addresses`,
      help: "write a block of /64, or the mode dhcpv6-stateful: slaac and dhcpv6-stateless need a /64",
    };
  }
};

/** Blocks of one or two addresses: Neutron hands none of them out, and finds no place for its own gateway. */
const smallBlocksHaveNeitherDhcpNorGateway: SubnetRule["check"] = function* ({ spec }) {
  const block = blockOf(spec.cidr);
  if (!block || block.last - block.first > 1n) return;
  if (spec.enable_dhcp !== false) {
    const message = `DHCP cannot be had in ${spec.cidr}, a block of one or two addresses`;
    yield { path: at("enable_dhcp"), message, help: "write `enable_dhcp: false`" };
  } else if (block.version === 4 && spec.gateway_ip !== "none") {
    const message = `Neutron finds no gateway in ${spec.cidr}`;
    yield { path: at("gateway_ip"), message, help: "write `gateway_ip: none`" };
  }
};

const NO_HOSTS = [
  ["multicast", blockOf("224.0.0.0/4")],
  ["multicast", blockOf("ff00::/8")],
  ["loopback", blockOf("127.0.0.0/8")],
] as const;

/** Neutron serves no DHCP in such blocks (db_base_plugin_v2), and takes no block of all addresses (ipam_backend_mixin). */
const blockIsForHosts: SubnetRule["check"] = function* ({ spec: { cidr, enable_dhcp } }) {
  const block = blockOf(cidr);
  if (!block || block.last - block.first < 2n) return;
  const path = at("cidr");
  const [kind] = NO_HOSTS.find(([, others]) => others && holds(others, block)) ?? [];
  if (cidr.endsWith("/0")) {
    const message = `${cidr} holds every address there is`;
    yield { path, message, help: "write the block that the subnet has, such as 10.0.0.0/24" };
  } else if (kind !== undefined && enable_dhcp !== false) {
    const message = `${cidr} holds ${kind} addresses, which no host can be given`;
    yield { path, message, help: "write a block of addresses for hosts, such as 10.0.0.0/24" };
  }
};

/** What must hold within one subnet. */
export const subnetRules: readonly SubnetRule[] = [
  blockIsTheOneOfItsAddresses,
  ...[
    versionFitsCidr,
    nameServersAreOfItsVersion,
    poolsAreInsideAndDisjoint,
    gatewayIsInsideAndInNoPool,
    ipv6ModesFit,
    smallBlocksHaveNeitherDhcpNorGateway,
    blockIsForHosts,
  ].map(unlessTheBlockIsWrong),
].map((check) => ({ code: "subnet", check }));

/** Of a block that is wrong nothing follows. */
function unlessTheBlockIsWrong(check: SubnetRule["check"]): SubnetRule["check"] {
  return (entity, look, document) => (isElsewhere(entity.spec) ? [] : check(entity, look, document));
}
