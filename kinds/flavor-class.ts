import { z } from "zod";
import { extraSpecsThatNovaDoesNotTake } from "./extra-spec-rules";
import { choice, count, flag, name, quantity, quota, texts } from "./fields";
import type { Kind } from "./kind";
import { tables } from "./tables";
import type { Unit } from "./units";

/** The keys of Nova's `quota:` extra specs that `limits` may hold, with their base units (nova user guide, extra specs). */
const LIMITS = {
  cpu_shares: ["Relative CPU weight."],
  cpu_shares_level: ["CPU share level (VMware)."],
  cpu_period: ["CPU period, in microseconds."],
  cpu_quota: ["CPU bandwidth within a period, in microseconds."],
  disk_read_bytes_sec: ["Bytes read from disk in a second.", "bytes/s"],
  disk_read_iops_sec: ["Read operations in a second."],
  disk_write_bytes_sec: ["Bytes written to disk in a second.", "bytes/s"],
  disk_write_iops_sec: ["Write operations in a second."],
  disk_total_bytes_sec: ["Bytes read from and written to disk in a second.", "bytes/s"],
  disk_total_iops_sec: ["Read and write operations in a second."],
  vif_inbound_average: ["Average rate of incoming traffic.", "KiB/s"],
  vif_inbound_peak: ["Peak rate of incoming traffic.", "KiB/s"],
  vif_inbound_burst: ["Incoming traffic in one burst.", "KiB"],
  vif_outbound_average: ["Average rate of outgoing traffic.", "KiB/s"],
  vif_outbound_peak: ["Peak rate of outgoing traffic.", "KiB/s"],
  vif_outbound_burst: ["Outgoing traffic in one burst.", "KiB"],
} as const;

/** Nova takes no number below 0, but for `cpu_quota`, whose -1 is no limit. */
function limit(key: string, description: string, unit?: Unit): z.ZodType<number | string> {
  if (key === "cpu_shares_level") return choice({ description }, ["custom", "high", "normal", "low"]);
  if (unit) return quantity({ description }, unit);
  return key === "cpu_quota" ? quota({ description }) : count({ description });
}

/** `limits` of a flavor or its class: `<key>` becomes the extra spec `quota:<key>`. */
export const limits = z
  .strictObject(
    Object.fromEntries(
      Object.entries(LIMITS).map(([key, [description, unit]]) => [
        key,
        limit(key, description, unit).optional(),
      ]),
    ),
  )
  .meta({ description: "Limits on disk, network and CPU; `<key>` becomes the extra spec `quota:<key>`." })
  .register(tables, { rows: "limits" });

/** What a class gives to flavors that do not write it themselves. */
export const inherited = {
  disk: quantity({ description: "Root disk." }, "GiB").optional(),
  ephemeral: quantity({ description: "Ephemeral disk." }, "GiB").optional(),
  swap: quantity({ description: "Swap." }, "MiB").optional(),
  is_public: flag({ description: "Whether every project may use it." }).optional(),
  limits: limits.optional(),
  extra_specs: texts(
    { description: "Extra specs, texts.", examples: [{ "hw_rng:allowed": "true" }] },
    255,
  ).optional(),
};

const document = z.strictObject({
  "flavor-class": z
    .strictObject({ name: name({ description: "The class's name.", examples: ["c2"] }), ...inherited })
    .meta({ description: "What flavors of one class have in common." }),
});

type Written = z.output<typeof document>;

export type FlavorClassSpec = Written["flavor-class"];

/** What flavors of one class have in common. Becomes no resource: a flavor takes from it what it does not write. */
export const flavorClass: Kind<Written, FlavorClassSpec> = {
  name: "flavor-class",
  folder: "flavor-classes",
  provider: "openstack",
  description: "What flavors of one class have in common: disk, limits, extra specs.",
  identity: [["flavor-class", "name"]],
  document,
  resolve: (written) => ({ spec: written["flavor-class"] }),
  rules: [
    {
      code: "limits",
      check: function noLimitIsWrittenTwice(_entity, _look, written) {
        return limitsWrittenTwice("flavor-class", written["flavor-class"]);
      },
    },
    {
      code: "extra-spec",
      check: function novaTakesTheExtraSpecs(_entity, _look, written) {
        return extraSpecsThatNovaDoesNotTake("flavor-class", written["flavor-class"]);
      },
    },
  ],
};

/** A limit and the extra spec that it becomes, both written in one place. */
export function* limitsWrittenTwice(
  block: string,
  written: { limits?: object | undefined; extra_specs?: Readonly<Record<string, string>> | undefined },
) {
  for (const key of Object.keys(written.limits ?? {})) {
    if (!Object.hasOwn(written.extra_specs ?? {}, `quota:${key}`)) continue;
    yield {
      path: [block, "extra_specs", `quota:${key}`],
      message: `\`quota:${key}\` is written here and as \`limits: ${key}\``,
      help: "keep the one under `limits`, which knows units",
    };
  }
}

/** The extra specs of a flavor or its class: the own ones, and the limits as Nova spells them. */
export function extraSpecs(written: {
  limits?: Readonly<Record<string, number | string | undefined>> | undefined;
  extra_specs?: Readonly<Record<string, string>> | undefined;
}): Record<string, string> {
  const specs: Record<string, string> = { ...written.extra_specs };
  for (const [key, value] of Object.entries(written.limits ?? {})) {
    if (value !== undefined) specs[`quota:${key}`] = String(value);
  }
  return specs;
}
