import { z } from "zod";
import { extraSpecsThatNovaDoesNotTake } from "./extra-spec-rules";
import { count, key, name, quantity, text } from "./fields";
import { extraSpecs, type FlavorClassSpec, flavorClass, inherited, limitsWrittenTwice } from "./flavor-class";
import { FIELDS_IN_NAMES, flavorNameDisagreements } from "./flavor-name";
import { type Entity, type Kind, type Look, type Origin, refer, type Source } from "./kind";

const document = z.strictObject({
  flavor: z
    .strictObject({
      name: name({ description: "The flavor's name.", examples: ["c2.16core-30ram"] }),
      class: key({
        description: "The class that gives what is not written here.",
        of: "flavor-class",
      }).optional(),
      description: text({ description: "What the flavor is for." }, 65535).optional(),
      vcpus: count({ description: "Virtual CPUs." }, { min: 1 }),
      ram: quantity({ description: "Memory.", examples: ["30 GiB"] }, "MiB", { min: 1 }),
      ...inherited,
    })
    .meta({ description: "A Nova flavor." }),
});

type Written = z.output<typeof document>;

export interface FlavorSpec {
  readonly name: string;
  readonly class?: string | undefined;
  readonly description?: string | undefined;
  readonly vcpus: number;
  /** MiB. */
  readonly ram: number;
  /** GiB. */
  readonly disk: number;
  /** GiB; absent where nobody wrote it, which Nova takes for 0. */
  readonly ephemeral?: number | undefined;
  /** MiB. */
  readonly swap?: number | undefined;
  readonly is_public: boolean;
  readonly extra_specs: Readonly<Record<string, string>>;
}

/** A Nova flavor: its own values over those of its class. */
export const flavor: Kind<Written, FlavorSpec> = {
  name: "flavor",
  folder: "flavors",
  provider: "openstack",
  description: "A Nova flavor: what a server of that size has.",
  resource: "openstack_compute_flavor_v2",
  lost: "Servers keep what they have, but none can be made or resized with it, and projects lose their access to it.",
  grants: { is_public: "yes" },
  forces: {
    ...{ name: "value", vcpus: "value", ram: "value", disk: "value" },
    ...{ ephemeral: "value", swap: "value", is_public: "value" },
  },
  unmanaged: "flavors",
  identity: [["flavor", "name"]],
  document,
  references: ({ flavor: written }) => refer("flavor-class", written.class, "flavor", "class"),
  resolve({ flavor: written }, _self, look) {
    const base = written.class === undefined ? undefined : look.find(flavorClass, written.class);
    const { name, class: className, description, vcpus, ram } = written;
    const { disk = 0, ephemeral, swap, is_public = false } = { ...base?.spec, ...written };
    const extra_specs = { ...extraSpecs(base?.spec ?? {}), ...extraSpecs(written) };
    const spec = {
      name,
      class: className,
      description,
      vcpus,
      ram,
      disk,
      ephemeral,
      swap,
      is_public,
      extra_specs,
    };
    return { spec, origins: () => origins(base, extra_specs) };
  },
  rules: [
    {
      code: "limits",
      check: function noLimitIsWrittenTwice(_entity, _look, { flavor: written }) {
        return limitsWrittenTwice("flavor", written);
      },
    },
    {
      code: "extra-spec",
      check: function novaTakesTheExtraSpecs(_entity, _look, { flavor: written }) {
        return extraSpecsThatNovaDoesNotTake("flavor", written);
      },
    },
    {
      code: "missing",
      check: function* diskAndPublicAreGiven(_entity, look, { flavor: written }) {
        const base = written.class === undefined ? undefined : look.find(flavorClass, written.class);
        if (written.class !== undefined && !base) return;
        const isLacking = (field: "disk" | "is_public") =>
          written[field] === undefined && base?.spec[field] === undefined;
        const lacking = (["disk", "is_public"] as const).filter(isLacking);
        // Where several flavors wait for it, it is the class that lacks it.
        const ofClass = lacking.filter((field) => base && flavorsThatLack(field, base.key, look) > 1);
        for (const field of base ? ofClass : []) {
          yield {
            path: [],
            place: base?.place(["flavor-class"]),
            message: `the class "${base?.key}" gives no \`${field}\`, and flavors of it write none`,
            help: `write \`${field}\` below \`flavor-class\`, or in each of its flavors`,
          };
        }
        const own = lacking.filter((field) => !ofClass.includes(field));
        if (own.length === 0) return;
        const lines = own.map((field) => `\`${field}: ${EXAMPLES[field]}\``).join(" and ");
        yield {
          path: ["flavor", own[0] ?? ""],
          message: `${own.map((field) => `\`${field}\``).join(" and ")} ${own.length === 1 ? "is" : "are"} missing from \`flavor\``,
          help: base
            ? `write ${lines} here or in the class "${base.key}"`
            : `write ${lines} or what is right: a later change replaces the flavor`,
        };
      },
    },
    {
      code: "flavor-name",
      check: function nameAgreesWithSizes({ spec }, look) {
        const isWhole = spec.class === undefined || look.find(flavorClass, spec.class) !== undefined;
        // A class that is broken or not there is a problem already: what it would give is not known.
        const known = new Set(isWhole ? FIELDS_IN_NAMES : ["vcpus", "ram"]);
        return flavorNameDisagreements(spec, known);
      },
    },
  ],
};

/** What a class may give too, and what may stand under `limits`. */
function origins(base: Entity<FlavorClassSpec> | undefined, specs: object): Origin[] {
  const sources = (...paths: readonly string[][]): Source[] => [
    ...paths.map((path) => ({ path: ["flavor", ...path] })),
    ...(base ? paths.map((path) => ({ path: ["flavor-class", ...path], of: base })) : []),
  ];
  const fields = ["disk", "ephemeral", "swap", "is_public"].map((field) => ({
    path: [field],
    sources: sources([field]),
  }));
  const extra = Object.keys(specs).map((spec) => {
    const limit = spec.startsWith("quota:") ? [["limits", spec.slice("quota:".length)]] : [];
    return { path: ["extra_specs", spec], sources: sources(...limit, ["extra_specs", spec]) };
  });
  return [...fields, ...extra];
}

const EXAMPLES = { disk: 80, is_public: false } as const;

/** How many flavors of a class do not write a field themselves. */
function flavorsThatLack(field: string, className: string, look: Look): number {
  const lacks = ({ place }: Entity) => {
    // What is absent stands where its block does.
    const [own, block] = [place(["flavor", field]), place(["flavor"])];
    return own.file === block.file && own.line === block.line && own.column === block.column;
  };
  return [...look.all(flavor).values()].filter((one) => one.spec.class === className && lacks(one)).length;
}
