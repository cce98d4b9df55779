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

/** The fields that disagree with a regular name; a part that the name lacks is not judged. */
export function* flavorNameDisagreements(flavor: Sizes) {
  const parts = REGULAR.exec(flavor.name)?.groups;
  if (!parts) return;
  const says = [
    ["vcpus", parts["cores"], flavor.vcpus, ""],
    ["ram", parts["ram"], flavor.ram / 1024, " GiB"],
    ["disk", parts["disk"], flavor.disk, " GiB"],
    ["ephemeral", parts["ephemeral"], flavor.ephemeral ?? 0, " GiB"],
    ["class", flavor.class === undefined ? undefined : parts["class"], flavor.class, ""],
  ] as const;
  for (const [field, said, is, unit] of says) {
    if (said === undefined || said === String(is)) continue;
    yield {
      path: ["flavor", field],
      message: `the name "${flavor.name}" says ${field} ${said}${unit}, but it is ${is}${unit}`,
      help: `write \`${field}: ${said}${unit}\`, rename the flavor, or say why not: \`metadata: {accept: {flavor-name: "…"}}\``,
    };
  }
}
