import { z } from "zod";
import { count, key, name, quantity, text } from "./fields";
import {
  extraSpecPath,
  extraSpecs,
  type FlavorClassSpec,
  flavorClass,
  inherited,
  limitsWrittenTwice,
} from "./flavor-class";
import { flavorNameDisagreements } from "./flavor-name";
import { type Entity, type Kind, type Look, type Origin, refer, type Self } from "./kind";

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
  forces: {
    ...{ name: "value", vcpus: "value", ram: "value", disk: "value" },
    ...{ ephemeral: "value", swap: "value", is_public: "value" },
  },
  unmanaged: "flavors",
  identity: [["flavor", "name"]],
  document,
  references: ({ flavor: written }) => refer("flavor-class", written.class, "flavor", "class"),
  resolve({ flavor: written }, self, look) {
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
    return { spec, origins: () => origins(written, base, extra_specs, self) };
  },
  rules: [
    {
      code: "limits",
      check: function noLimitIsWrittenTwice(_entity, _look, { flavor: written }) {
        return limitsWrittenTwice("flavor", written);
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
        yield {
          path: ["flavor", own[0] ?? ""],
          message: `${own.map((field) => `\`${field}\``).join(" and ")} ${own.length === 1 ? "is" : "are"} missing from \`flavor\``,
          help: base
            ? `write it here or in the class ${base.key}`
            : "write it: it cannot be changed later without replacing the flavor",
        };
      },
    },
    {
      code: "flavor-name",
      check: function nameAgreesWithSizes({ spec }, look) {
        // A class that does not exist is a problem already.
        const isClass = spec.class !== undefined && look.find(flavorClass, spec.class) !== undefined;
        return flavorNameDisagreements({ ...spec, class: isClass ? spec.class : undefined });
      },
    },
  ],
};

/** Where the values come from that stand in the class, or under `limits`. */
function origins(
  written: Written["flavor"],
  base: Entity<FlavorClassSpec> | undefined,
  specs: object,
  self: Self,
) {
  const found = new Map<string, Origin>();
  for (const field of ["disk", "ephemeral", "swap", "is_public"] as const) {
    if (written[field] === undefined && base?.spec[field] !== undefined) {
      found.set(field, { place: base.place(["flavor-class", field]) });
    }
  }
  for (const spec of Object.keys(specs)) {
    const own = extraSpecPath(spec, written);
    const inherited = extraSpecPath(spec, base?.spec ?? {});
    if (own) found.set(`extra_specs.${spec}`, { place: self.place(["flavor", ...own]) });
    else if (base && inherited) {
      found.set(`extra_specs.${spec}`, { place: base.place(["flavor-class", ...inherited]) });
    }
  }
  return found;
}

/** How many flavors of a class do not write a field themselves. */
function flavorsThatLack(field: string, className: string, look: Look): number {
  const lacks = ({ place }: Entity) => {
    // What is absent stands where its block does.
    const [own, block] = [place(["flavor", field]), place(["flavor"])];
    return own.file === block.file && own.line === block.line && own.column === block.column;
  };
  return [...look.all(flavor).values()].filter((one) => one.spec.class === className && lacks(one)).length;
}
