/** What a regular flavor name says: `<class>.<N>core-<M>ram[-<D>disk][-<E>edisk][-…]`. */
const REGULAR =
  /^(?<class>[a-z]+\d+)\.(?<cores>\d+)core-(?<ram>\d+)ram(?:-(?<disk>\d+)disk)?(?:-(?<ephemeral>\d+)edisk)?(?:-.*)?$/;

interface Sizes {
  readonly name: string;
  readonly class?: string | undefined;
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral?: number | undefined;
}

/** What a regular name may speak of. */
export const FIELDS_IN_NAMES = ["vcpus", "ram", "disk", "ephemeral", "class"] as const;

type Field = (typeof FIELDS_IN_NAMES)[number];

/** The fields, among those known, that disagree with a regular name; a part that the name lacks is not judged. */
export function* flavorNameDisagreements(flavor: Sizes, known: ReadonlySet<string>) {
  const parts = REGULAR.exec(flavor.name)?.groups;
  if (!parts) return;
  const said: Readonly<Record<Field, string | undefined>> = {
    vcpus: number(parts["cores"]),
    ram: number(parts["ram"], " GiB"),
    disk: number(parts["disk"], " GiB"),
    ephemeral: number(parts["ephemeral"], " GiB"),
    class: flavor.class === undefined ? undefined : parts["class"],
  };
  const is: Readonly<Record<Field, string>> = {
    vcpus: String(flavor.vcpus),
    ram: flavor.ram % 1024 === 0 ? `${flavor.ram / 1024} GiB` : `${flavor.ram} MiB`,
    disk: `${flavor.disk} GiB`,
    ephemeral: `${flavor.ephemeral ?? 0} GiB`,
    class: flavor.class ?? "",
  };
  for (const field of FIELDS_IN_NAMES) {
    const right = said[field];
    if (right === undefined || right === is[field] || !known.has(field)) continue;
    yield {
      path: ["flavor", field],
      message: `the name "${flavor.name}" says ${field} ${right}, but it is ${is[field]}`,
      help: `write \`${field}: ${right}\`, rename the flavor, or say why not: \`metadata: {accept: {flavor-name: "…"}}\``,
    };
  }
}

/** A number of a name, in the one way to write it: `04ram` says 4. */
function number(digits: string | undefined, unit = ""): string | undefined {
  return digits && `${BigInt(digits)}${unit}`;
}
