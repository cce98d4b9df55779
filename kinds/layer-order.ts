import type { Environment } from "./environment";
import type { Place } from "./kind";

/** Of some places the one in the latest layer, the environment's own files last; of one layer the first. */
export function latest<T extends { readonly at: Place }>(
  written: readonly T[],
  { layers }: Environment,
): T | undefined {
  const rank = ({ at: { file } }: T) => layers.findIndex((layer) => file.startsWith(`entities/${layer}/`));
  // What no layer wrote the environment did.
  const later = (a: T, b: T) => (rank(a) < 0 ? rank(b) >= 0 : rank(b) >= 0 && rank(a) > rank(b));
  return written.reduce<T | undefined>((last, one) => (last && !later(one, last) ? last : one), undefined);
}
