import type { IgnoredDrift } from "../kinds/drift";
import type { Compared } from "./compare";

/** Drift without what `drift.yaml` names, and how many entities that leaves out altogether. */
export function withoutIgnored(
  drift: readonly Compared[],
  ignored: readonly IgnoredDrift[],
): { readonly drift: readonly Compared[]; readonly ignored: number } {
  const told = drift.flatMap((one): Compared[] => {
    const { change } = one;
    const own = ignored.filter(({ kind, key }) => kind === change.kind && (key ?? change.key) === change.key);
    if (own.some(({ path }) => path === undefined)) return [];
    const values = change.values.filter(({ path }) => !own.some((entry) => isAt(path, entry.path ?? "")));
    // What is gone, or came, is more than a value.
    const isLeft = values.length > 0 || change.is !== "changed" || change.values.length === 0;
    return isLeft ? [{ ...one, change: { ...change, values } }] : [];
  });
  return { drift: told, ignored: drift.length - told.length };
}

function isAt(path: string, block: string): boolean {
  return path === block || path.startsWith(`${block}.`) || path.startsWith(`${block}[`);
}
