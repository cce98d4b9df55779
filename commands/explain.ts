import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { load } from "../catalog/load";
import { nodeAt } from "../catalog/node";
import type { Origin, Path } from "../kinds/kind";
import { suggest } from "../kinds/names";
import { entitiesNamed, kindNamed } from "./choice";
import { afterProblems } from "./list";
import { UsageError, type Verb } from "./verb";

export const explain: Verb = {
  name: "explain",
  usage: "KIND KEY [PATH]",
  summary: "Say of each value of an entity which file, line and column it came from.",
  help: "  PATH   a value or a block, such as extra_specs or quota.ram (default: all)",
  options: {},
  words: { min: 2, max: 3 },
  run({ request, words, streams }) {
    const [kindName = "", key = "", path] = words;
    const kind = kindNamed(kindName);
    const { catalogs, problems } = load(request);
    for (const { catalog, entity } of entitiesNamed(catalogs, kind, key)) {
      const rows = explained(kind, entity);
      const chosen = path === undefined ? rows : rows.filter((row) => isAtOrBelow(row.path, path, kind));
      if (chosen.length === 0)
        throw new UsageError(
          `${kind.name} "${key}" has no value at "${path}"; ${suggest(
            path ?? "",
            rows.map((row) => row.path),
            "its values",
          )}`,
        );
      streams.out(asText(catalog, kind, entity, chosen));
    }
    return afterProblems(problems, streams);
  },
};

interface Row {
  readonly path: string;
  readonly value: string;
  readonly from: string;
}

/** Every value of an entity's spec, with where it came from. */
function explained(kind: AnyKind, entity: Located): Row[] {
  const origins = entity.origins();
  return [...leaves(entity.spec, [])].map(({ path, value }) => ({
    path: path.join("."),
    value: JSON.stringify(value),
    from: originOf(kind, entity, origins, path),
  }));
}

function* leaves(value: unknown, path: Path): Generator<{ path: Path; value: unknown }> {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || isEmpty) yield { path, value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leaves(item, [...path, index]);
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key]);
}

function originOf(kind: AnyKind, entity: Located, origins: ReadonlyMap<string, Origin>, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const known = origins.get(path.slice(0, length).join("."));
    if (known) return "stock" in known ? `stock value: ${known.stock}` : placeText(known.place);
  }
  for (const written of [[kind.name, ...path], path]) {
    for (let length = written.length; length > (written === path ? 0 : 1); length--) {
      const at = written.slice(0, length);
      if (nodeAt(entity.root, at)) return placeText(entity.place(at));
    }
  }
  return "default";
}

function placeText({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}

function isAtOrBelow(path: string, wanted: string, kind: AnyKind): boolean {
  const short = wanted.startsWith(`${kind.name}.`) ? wanted.slice(kind.name.length + 1) : wanted;
  return path === short || path.startsWith(`${short}.`);
}

function asText(catalog: Catalog, kind: AnyKind, entity: Located, rows: readonly Row[]): string {
  const width = Math.min(60, Math.max(...rows.map((row) => row.path.length + row.value.length + 2)));
  const lines = rows.map(({ path, value, from }) => `  ${`${path}: ${value}`.padEnd(width)}  ${from}`);
  return `${kind.name} ${entity.key} in ${catalog.environment.name}\n${lines.join("\n")}\n`;
}
