import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { kinds } from "../kinds/kinds";
import { many, nearest, suggest } from "../kinds/names";
import { UsageError } from "./verb";

/** The kind of that name, or wrong use. */
export function kindNamed(name: string): AnyKind {
  const kind = kinds.find(({ name: known, folder }) => [known, folder, many(known)].includes(name));
  if (kind) return kind;
  const names = kinds.map((one) => one.name);
  const near = nearest(name, names);
  throw new UsageError(
    `there is no kind "${name}"${near ? `; did you mean ${near}?` : ";"} Kinds: ${names.join(", ")}`,
  );
}

/** The entity of that key in each environment that has it, or wrong use. */
export function entitiesNamed(
  catalogs: readonly Catalog[],
  kind: AnyKind,
  key: string,
): { catalog: Catalog; entity: Located }[] {
  const found = catalogs.flatMap((catalog) => {
    const entity = catalog.located(kind).get(key);
    return entity ? [{ catalog, entity }] : [];
  });
  if (found.length > 0) return found;
  const keys = [...new Set(catalogs.flatMap((catalog) => [...catalog.all(kind).keys()]))].sort();
  throw new UsageError(`there is no ${kind.name} "${key}"; ${suggest(key, keys, many(kind.name))}`);
}
