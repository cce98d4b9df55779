/** IP addresses and blocks of them: read, compared, written in the one form that OpenStack gives back. */

import { IPv4, IPv6 } from "ipaddr.js";
import type { z } from "zod";
import type { Code } from "./codes";
import { type About, Fault, field, show } from "./fields";

export type IpVersion = 4 | 6;

/** All addresses from `first` to `last`. */
export interface Range {
  readonly version: IpVersion;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;

function parse(text: string): IPv4 | IPv6 | undefined {
  if (IPv4.isValidFourPartDecimal(text)) return IPv4.parse(text);
  // An address with a zone (`fe80::1%eth0`) means something on one machine only.
  return IPv6.isValid(text) && !text.includes("%") ? IPv6.parse(text) : undefined;
}

function versionOf(address: IPv4 | IPv6): IpVersion {
  return address.kind() === "ipv4" ? 4 : 6;
}

/** One address, or a first and a last one of the same version; undefined if they are none. */
export function rangeOf(start: string, end = start): Range | undefined {
  const [from, to] = [parse(start), parse(end)];
  if (!from || !to || versionOf(from) !== versionOf(to)) return undefined;
  return { version: versionOf(from), first: numberOf(from), last: numberOf(to) };
}

function numberOf(address: IPv4 | IPv6): bigint {
  return address.toByteArray().reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

const blocks = new Map<string, Range | undefined>();

/** All addresses of a block such as `10.0.0.0/24`, or undefined if it is none. */
export function blockOf(cidr: string): Range | undefined {
  // Subnets are compared with each other, so each block is asked for as often as there are subnets.
  if (!blocks.has(cidr)) blocks.set(cidr, readBlock(cidr));
  return blocks.get(cidr);
}

function readBlock(cidr: string): Range | undefined {
  const [, text = "", prefix = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const address = rangeOf(text);
  if (!address || BigInt(prefix) > BITS[address.version]) return undefined;
  const size = 2n ** (BITS[address.version] - BigInt(prefix));
  const first = (address.first / size) * size;
  return { version: address.version, first, last: first + size - 1n };
}

/**
 * The addresses of a block that Neutron hands out: without the network's own one, and in IPv4 without the
 * broadcast one. Blocks of one or two addresses have neither.
 */
export function usableOf({ version, first, last }: Range): Range {
  if (last - first < 2n) return { version, first, last };
  return { version, first: first + 1n, last: version === 4 ? last - 1n : last };
}

/** Does a range hold all of another one? */
export function holds(outer: Range, inner: Range): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

/** Have two ranges an address in common? */
export function overlap(one: Range, other: Range): boolean {
  return one.version === other.version && one.first <= other.last && other.first <= one.last;
}

const LINK_LOCAL = blockOf("fe80::/10");

/** Is it an IPv6 address that means a neighbour on the link, whatever the subnet? */
export function isLinkLocal(address: Range): boolean {
  return LINK_LOCAL !== undefined && holds(LINK_LOCAL, address);
}

/** An address as a person reads it. */
export function written(version: IpVersion, address: bigint): string {
  const bytes = Array.from({ length: Number(BITS[version] / 8n) }, (_, index) =>
    Number((address >> (BITS[version] - 8n * BigInt(index + 1))) & 255n),
  );
  return (version === 4 ? new IPv4(bytes) : new IPv6(bytes)).toString();
}

/** The addresses of a block that hosts may have, in words. */
export function addressIn(block: Range): string {
  const { version, first, last } = usableOf(block);
  return `an address from ${written(version, first)} to ${written(version, last)}`;
}

/** An IP address, in the form that OpenStack gives back. `code` is that of the problem if it is none. */
export function ipAddress(about: About, code: Code): z.ZodType<string> {
  const json = { type: "string", pattern: "^[0-9A-Fa-fXx.:]+$" };
  return field({ words: "IP address", ...about }, json, (value) => {
    const address = typeof value === "string" ? parse(value) : undefined;
    const help = "write an IPv4 address such as 192.0.2.1, or an IPv6 address such as 2001:db8::1";
    return address?.toString() ?? new Fault(`${show(value)} is no IP address`, help, code);
  });
}

/** A block of addresses without host bits, in the form that OpenStack gives back. */
export function cidr(about: About, code: Code): z.ZodType<string> {
  const json = { type: "string", pattern: "^[0-9A-Fa-fXx.:]+/(0|[1-9]\\d{0,2})$" };
  return field({ words: "block of addresses", ...about }, json, (value) => {
    const block = typeof value === "string" ? blockOf(value) : undefined;
    if (typeof value !== "string" || !block) {
      const version = typeof value === "string" ? rangeOf(value.replace(/\/\d+$/, ""))?.version : undefined;
      const isTooLong = version !== undefined && /\/\d+$/.test(String(value));
      const help = isTooLong
        ? `the length of the prefix is a number from 0 to ${BITS[version]}`
        : "write an address, a slash and the length of the prefix, such as 192.0.2.0/24";
      return new Fault(`${show(value)} is no block of addresses`, help, code);
    }
    const [address = "", prefix = ""] = value.split("/");
    const first = written(block.version, block.first);
    if (rangeOf(address)?.first === block.first) return `${first}/${prefix}`;
    return new Fault(
      `${value} has host bits: the block begins at ${first}`,
      `write ${first}/${prefix}`,
      code,
    );
  });
}
