import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { load } from "../catalog/load";
import { type MapNode, type Node, nodeAt } from "../catalog/node";
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
      const chosen = path === undefined ? rows : rows.filter((row) => isAtOrBelow(row, path));
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
  /** The value's path in the spec, and where the file writes it, if it does. */
  readonly path: string;
  readonly written: string | undefined;
  readonly value: string;
  readonly from: string;
}

/** Every value of an entity's spec, with where it came from. */
function explained(kind: AnyKind, entity: Located): Row[] {
  const origins = entity.origins();
  return [...leaves(entity.spec, [])].map(({ path, value }) => {
    const written = writtenPath(kind, entity.root, path);
    const from = knownOrigin(origins, path) ?? (written ? placeText(entity.place(written)) : "default");
    return { path: path.join("."), written: written?.join("."), value: JSON.stringify(value), from };
  });
}

function knownOrigin(origins: ReadonlyMap<string, Origin>, path: Path): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const known = origins.get(path.slice(0, length).join("."));
    if (known) return "stock" in known ? `stock value: ${known.stock}` : placeText(known.place);
  }
  return undefined;
}

/** Where a file writes a value of the spec: below the kind's block, at the top, or one or two blocks deeper. */
function writtenPath(kind: AnyKind, root: MapNode, path: Path): Path | undefined {
  const blocks: Path[] = [[kind.name], [], ...blocksBelow(root, [], 2)];
  for (let length = path.length; length > 0; length--) {
    const found = blocks.map((block) => [...block, ...path.slice(0, length)]).find((at) => nodeAt(root, at));
    if (found) return found;
  }
  return undefined;
}

function* blocksBelow(node: Node, path: Path, depth: number): Generator<Path> {
  if (node.type !== "map" || depth === 0) return;
  for (const [key, { value }] of node.entries) {
    if (key === "metadata") continue;
    yield [...path, key];
    yield* blocksBelow(value, [...path, key], depth - 1);
  }
}

function* leaves(value: unknown, path: Path): Generator<{ path: Path; value: unknown }> {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || isEmpty) yield { path, value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leaves(item, [...path, index]);
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key]);
}

function placeText({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}

function isAtOrBelow({ path, written = path }: Row, wanted: string): boolean {
  return [path, written].some((one) => one === wanted || one.startsWith(`${wanted}.`));
}

function asText(catalog: Catalog, kind: AnyKind, entity: Located, rows: readonly Row[]): string {
  const width = Math.min(60, Math.max(...rows.map((row) => row.path.length + row.value.length + 2)));
  const lines = rows.map(({ path, value, from }) => `  ${`${path}: ${value}`.padEnd(width)}  ${from}`);
  return `${kind.name} ${entity.key} in ${catalog.environment.name}\n${lines.join("\n")}\n`;
}
