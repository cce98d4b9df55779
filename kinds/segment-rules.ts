import { once } from "./groups";
import type { Entity, Finding, Look, Rule } from "./kind";
import { type NetworkSpec, type NetworkWritten, network } from "./network";

type Segment = NonNullable<NetworkSpec["segments"]>[number];

/** The largest numbers of VLANs and tunnels, by type. */
const LARGEST: Readonly<Record<string, number>> = { vlan: 4094, vxlan: 2 ** 24 - 1, geneve: 2 ** 24 - 1 };

/** What Neutron refuses of a segment alone (ml2, `validate_provider_segment`). */
function* segmentsFitTheirTypes({ spec }: Entity<NetworkSpec>): Iterable<Finding> {
  for (const [index, segment] of (spec.segments ?? []).entries()) {
    const wrong = wrongIn(segment);
    if (wrong) yield { ...wrong, path: ["network", "segments", index, ...wrong.path] };
  }
}

function wrongIn({
  network_type: type,
  physical_network,
  segmentation_id: id,
}: Segment): Finding | undefined {
  const [isFlat, isVlan] = [type === "flat", type === "vlan"];
  const largest = type && LARGEST[type];
  if (id !== undefined && (isFlat || type === "local"))
    return {
      path: ["segmentation_id"],
      message: `a segment of the type ${type} has no number`,
      help: "remove it, or write another `network_type`",
    };
  if (id !== undefined && largest && (id < 1 || id > largest))
    return {
      path: ["segmentation_id"],
      message: `${id} is no number of a ${type} segment`,
      help: `write a number from 1 to ${largest}`,
    };
  if (physical_network !== undefined && type !== undefined && !isFlat && !isVlan)
    return {
      path: ["physical_network"],
      message: `a segment of the type ${type} lies on no provider network`,
      help: "remove it, or write `network_type: flat` or `vlan`",
    };
  if (physical_network === undefined && (isFlat || (isVlan && id !== undefined)))
    return {
      path: [],
      message: `the segment of the type ${type} says no \`physical_network\``,
      help: "write the provider network that it lies on",
    };
  return undefined;
}

/** What a segment takes for itself, in words: of a type without a number, or where Neutron chooses it, nothing. */
function takenBy({
  network_type: type,
  physical_network: physical,
  segmentation_id: id,
}: Segment): string | undefined {
  const on = physical === undefined ? "" : ` of the provider network "${physical}"`;
  if (type === "flat") return on && `the whole${on}`;
  return type === undefined || id === undefined ? undefined : `${type} ${id}${on}`;
}

interface Taker {
  readonly of: Entity<NetworkSpec>;
  readonly index: number;
}

/** The segments of all networks by what they take. */
const takers = once((look: Look): ReadonlyMap<string, readonly Taker[]> => {
  const found = new Map<string, Taker[]>();
  for (const of of look.all(network).values()) {
    for (const [index, segment] of (of.spec.segments ?? []).entries()) {
      const taken = takenBy(segment);
      if (taken !== undefined) found.set(taken, [...(found.get(taken) ?? []), { of, index }]);
    }
  }
  return found;
});

const pathOf = (index: number) => ["network", "segments", index, "segmentation_id"];

/** A VLAN or a tunnel carries one network; reported at the later file, and in one file at the later segment. */
function* noSegmentIsTakenTwice(entity: Entity<NetworkSpec>, look: Look): Iterable<Finding> {
  for (const [at, segment] of (entity.spec.segments ?? []).entries()) {
    const [taken = "", path] = [takenBy(segment), pathOf(at)];
    const { file } = entity.place(path);
    const twin = takers(look)
      .get(taken)
      ?.find(({ of, index }) => (of === entity ? index < at : of.place(pathOf(index)).file < file));
    if (!twin) continue;
    const by = twin.of === entity ? "another segment" : `the network "${twin.of.key}"`;
    yield {
      path,
      message: `${taken} is taken by ${by} already`,
      help: "a segment carries one network: write another number, or remove one of the two",
      related: { ...twin.of.place(pathOf(twin.index)), message: "the other segment" },
    };
  }
}

/** What must hold of the provider segments of networks. */
export const segmentRules: readonly Rule<NetworkWritten, NetworkSpec>[] = [
  segmentsFitTheirTypes,
  noSegmentIsTakenTwice,
].map((check) => ({ code: "segment", check }));
