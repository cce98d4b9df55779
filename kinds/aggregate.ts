import { z } from "zod";
import { key, list, name, texts } from "./fields";
import { type HostGroupSpec, hostGroup, hosts } from "./host-group";
import { type Entity, type Kind, type Origin, type Rule, refer } from "./kind";

const document = z.strictObject({
  aggregate: z
    .strictObject({
      name: name({ description: "The aggregate's name.", examples: ["crf-c2-ics"] }),
      zone: name({
        description: "The availability zone of its hosts. Nova refuses a change while servers run.",
        examples: ["nova"],
      }).optional(),
      metadata: texts(
        {
          description: "What flavors ask for by `aggregate_instance_extra_specs:…`, texts.",
          examples: [{ flavor: "c2" }],
        },
        255,
      ).default({}),
      "host-groups": list(
        { description: "Groups whose hosts are in it." },
        key({ description: "A group of hosts.", of: "host-group" }),
      ).default([]),
      hosts: hosts("Further hosts; one that a group has too is no fault.").default([]),
    })
    .meta({ description: "A Nova host aggregate." }),
});

type Written = z.output<typeof document>;

type AggregateRule = Rule<Written, AggregateSpec>;

export interface AggregateSpec {
  readonly name: string;
  readonly zone?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** The own hosts and those of its groups, sorted, none twice. */
  readonly hosts: readonly string[];
  /** A group that it names is not there: not all its hosts are known. */
  readonly lacksHosts?: true;
}

const aHostIsInOneZone: AggregateRule["check"] = function* ({ spec, place }, look) {
  if (spec.zone === undefined) return;
  const { file } = place(ZONE);
  const own = new Set(spec.hosts);
  for (const other of look.all(aggregate).values()) {
    if (other.spec.zone === undefined || other.spec.zone === spec.zone) continue;
    const otherFile = other.place(ZONE).file;
    const [host, ...more] = other.spec.hosts.filter((one) => own.has(one));
    if (host === undefined || otherFile > file) continue;
    const which = `the host "${host}"${more.length > 0 ? ` and ${more.length} more` : ""}`;
    yield {
      path: ZONE,
      message: `${which} would be in the zone "${spec.zone}" here, and in "${other.spec.zone}" by the aggregate "${other.key}"`,
      help: "a host is in one availability zone only: take it out of one of the two, or make their zones agree",
      related: { ...other.place(ZONE), message: "the other zone" },
    };
    return;
  }
};

const ZONE = ["aggregate", "zone"];

/** In names of zones Nova takes a colon for the beginning of a host's name: `zone:host`. */
const zoneHasNoColon: AggregateRule["check"] = function* ({ spec }) {
  if (!spec.zone?.includes(":")) return;
  yield {
    path: ZONE,
    message: `${JSON.stringify(spec.zone)} is no name of a zone: it holds a colon`,
    help: `write the zone alone, such as ${spec.zone.split(":")[0] || "nova"}`,
  };
};

/** Nova keeps the zone among the metadata; the provider takes it out again, so it would differ for ever. */
const noZoneInMetadata: AggregateRule["check"] = function* ({ spec }) {
  if (!Object.hasOwn(spec.metadata, "availability_zone")) return;
  yield {
    path: ["aggregate", "metadata", "availability_zone"],
    message: "the availability zone stands among the metadata",
    help: "write `zone` below `aggregate` instead: Nova keeps it among the metadata itself",
  };
};

/** A Nova host aggregate: its own hosts and those of its host groups. */
export const aggregate: Kind<Written, AggregateSpec> = {
  name: "aggregate",
  folder: "aggregates",
  provider: "openstack",
  description: "A Nova host aggregate: hosts, their availability zone, and what flavors find them by.",
  resource: "openstack_compute_aggregate_v2",
  lost: "Its hosts are no longer found by the flavors that look for them.",
  identity: [["aggregate", "name"]],
  document,
  references: ({ aggregate: written }) =>
    refer(hostGroup.name, written["host-groups"], "aggregate", "host-groups"),
  resolve({ aggregate: written }, _self, look) {
    const { name, zone, metadata } = written;
    const groups = written["host-groups"].flatMap((one) => look.find(hostGroup, one) ?? []);
    const lacksHosts = groups.length < written["host-groups"].length;
    const hosts = new Set([...groups.flatMap(({ spec }) => spec.hosts), ...written.hosts]);
    const sorted = [...hosts].sort((a, b) => (a < b ? -1 : 1));
    return {
      spec: { name, zone, metadata, hosts: sorted, ...(lacksHosts ? { lacksHosts } : {}) },
      origins: () => sorted.map((host, index) => originOfHost(host, index, written.hosts, groups)),
    };
  },
  rules: [
    { code: "zone", check: aHostIsInOneZone },
    { code: "zone", check: noZoneInMetadata },
    { code: "zone", check: zoneHasNoColon },
  ],
};

/** A host may stand in the aggregate's own list and in those of its groups. */
function originOfHost(
  host: string,
  index: number,
  own: readonly string[],
  groups: readonly Entity<HostGroupSpec>[],
): Origin {
  const inGroups = groups.flatMap((group) => {
    const at = group.spec.hosts.indexOf(host);
    return at < 0 ? [] : [{ path: ["host-group", "hosts", at], of: group }];
  });
  const at = own.indexOf(host);
  const sources = at < 0 ? inGroups : [{ path: ["aggregate", "hosts", at] }, ...inGroups];
  return { path: ["hosts", index], sources };
}
