import { extraSpecFault } from "./extra-specs";
import type { Finding } from "./kind";

/** The extra specs of a flavor or its class that Nova would ignore or refuse, told where they are written. */
export function* extraSpecsThatNovaDoesNotTake(
  block: string,
  { extra_specs = {} }: { extra_specs?: Readonly<Record<string, string>> | undefined },
): Iterable<Finding> {
  for (const [key, value] of Object.entries(extra_specs)) {
    const fault = extraSpecFault(key, value);
    if (fault) yield { path: [block, "extra_specs", key], ...fault };
  }
}
