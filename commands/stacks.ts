import type { Catalog } from "../catalog/catalog";
import type { Provider } from "../kinds/kind";
import { suggest } from "../kinds/names";
import { UsageError } from "./verb";

/** One Terraform state, and the catalog it is made from. */
export interface Stack {
  readonly catalog: Catalog;
  readonly name: string;
  readonly provider: Provider;
}

/** The stacks of those names, or all. */
export function stacksNamed(catalogs: readonly Catalog[], names: readonly string[]): readonly Stack[] {
  const all = catalogs.flatMap((catalog) => catalog.stacks().map((stack) => ({ catalog, ...stack })));
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no stack "${unknown}"; ${suggest(unknown, known, "the stacks")}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
