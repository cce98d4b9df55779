import type { Catalog } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Files } from "../catalog/files";
import { suggest } from "../kinds/names";
import type { Draft } from "./draft";
import type { FormField } from "./form";
import { containerOf, groupOf, nameOf } from "./keys";

/** The file that an entity of a key belongs into, below a layer or an environment. */
export function fileOf(kind: AnyKind, key: string, base: string, files: Files): string {
  const folder = `${base}/${kind.provider}/${kind.folder}`;
  const group = containerOf(kind) === undefined ? undefined : groupOf(key);
  if (group === undefined) return `${folder}/${nameOf(key)}.yaml`;
  // Domains' folders are spelled without regard to case: one that is there is taken as it is.
  const there = (files.list(folder) ?? []).find(
    ({ name, type }) =>
      type === "folder" &&
      (name === group || (kind.within === "domain" && name.toLowerCase() === group.toLowerCase())),
  );
  return `${folder}/${there?.name ?? group}/${nameOf(key)}.yaml`;
}

/** The key that a draft has by now. */
export function keyOf(draft: Draft): string | undefined {
  const parts = draft.kind.identity.map((path) => draft.at(path));
  return parts.length > 0 && parts.every((part) => typeof part === "string") ? parts.join("/") : undefined;
}

/** The entities that a field may name, as it names them; undefined: it names none. */
export function choicesOf(
  field: FormField,
  draft: Draft,
  catalogs: readonly Catalog[],
): string[] | undefined {
  if (field.choices.length > 0) return [...field.choices];
  const kind = catalogs[0]?.kinds.find(({ name }) => name === field.of);
  if (!kind) return undefined;
  const keys = catalogs.flatMap((catalog) => [
    ...catalog.declared(kind),
    ...catalog.unmanaged(kind),
    ...(kind.always ?? []),
  ]);
  const unique = [...new Set(keys)].sort();
  // A field that takes a name alone means the entity of that name beside the new one.
  const takesKeys = containerOf(kind) === undefined || !isNameAlone(field);
  if (takesKeys) return unique;
  const group = groupOf(keyOf(draft) ?? "");
  return unique.filter((key) => group === undefined || groupOf(key) === group).map(nameOf);
}

function isNameAlone({ field, isList }: FormField): boolean {
  return field.safeParse(isList ? ["a/b"] : "a/b").success === false;
}

/** A name in a value that nothing has. */
export function unknownName(
  value: unknown,
  field: FormField,
  draft: Draft,
  catalogs: readonly Catalog[],
): string | undefined {
  const known = field.of === undefined ? undefined : choicesOf(field, draft, catalogs);
  if (!known) return undefined;
  const unknown = [value].flat().find((one) => typeof one === "string" && !known.includes(one));
  return unknown === undefined
    ? undefined
    : `there is no ${field.of} "${String(unknown)}"; ${suggest(String(unknown), known, "there are")}`;
}
