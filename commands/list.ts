import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { load } from "../catalog/load";
import { many, plural, suggest } from "../kinds/names";
import { afterProblems, formatOf, kindNamed } from "./choice";
import { valueAt } from "./entity-view";
import { EXIT } from "./exit";
import { fieldAt } from "./given";
import { filterOf, textsOf } from "./list-filter";
import { problemsAsText } from "./problems-text";
import { cut, cutBefore, printable } from "./terminal-text";
import { type Streams, UsageError, type Verb } from "./verb";

export const list: Verb = {
  name: "list",
  usage: "[KIND]… [FILTER]… [--show PATH]… [--format text|json|csv]",
  summary: "List the entities, one a line: environment, kind, key, file.",
  help: `  --domain D           only what lives in the domain, or names it
  --namespace N        only what lives in the namespace
  --match GLOB         only keys, or names, that match: * any text, ? one sign
  --where PATH=VALUE   only where the value is that (of a list: one of them)
  --where PATH         only where there is such a value; may be repeated
  --show PATH          this value too; may be repeated, or a comma list
  --format FORMAT      text (default), json or csv

  cloud-entities list projects --show contacts,removal-date --format csv`,
  options: {
    domain: { type: "string" },
    namespace: { type: "string" },
    match: { type: "string" },
    where: { type: "string", multiple: true },
    show: { type: "string", multiple: true },
    format: { type: "string" },
  },
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  run({ request, words, flags, streams }) {
    const format = formatOf(flags["format"], ["text", "json", "csv"]);
    const only = words.map(kindNamed);
    const filters = filterOf(flags);
    const paths = textsOf(flags["show"]).flatMap((paths) => paths.split(","));
    const { catalogs, problems, files } = load(request);
    if (catalogs.length === 0) {
      streams.err(problemsAsText(problems, { files, catalogs }, streams));
      return EXIT.problems;
    }
    const all = catalogs.flatMap((catalog) => rowsOf(catalog, only, paths));
    for (const path of [...filters.flatMap(({ path }) => path ?? []), ...paths]) proveKnown(path, all);
    const rows = all.filter((row) => filters.every((filter) => filter.keeps(row)));
    for (const text of FORMATS[format](rows, paths, streams)) streams.out(text);
    if (rows.length === 0 && format === "text") streams.err(nothingText(all, only));
    return afterProblems(problems, streams);
  },
};

/** A list without a line says why, beside the output: nobody should think that it failed. */
function nothingText(all: readonly Row[], only: readonly AnyKind[]): string {
  const noun = only.length === 1 ? (only[0]?.name ?? "entity") : "entity";
  const kinds = only.length === 0 ? "entities" : only.map(({ name }) => many(name)).join(" and no ");
  return all.length === 0 ? `there are no ${kinds}\n` : `${plural(all.length, noun)}, none fits\n`;
}

/** One entity of one environment. */
export interface Row {
  readonly catalog: Catalog;
  readonly kind: AnyKind;
  readonly entity: Located;
  /** The values that are asked for beside it. */
  readonly values: readonly unknown[];
}

function rowsOf(catalog: Catalog, only: readonly AnyKind[], paths: readonly string[]): Row[] {
  return catalog.kinds
    .filter((kind) => only.length === 0 || only.includes(kind))
    .flatMap((kind) =>
      [...catalog.located(kind).values()].map((entity) => {
        const values = paths.map((path) => valueAt(kind, entity, path));
        return { catalog, kind, entity, values };
      }),
    );
}

/** A path that nothing has and that no field has either is a slip. */
function proveKnown(path: string, rows: readonly Row[]): void {
  if (rows.length === 0 || rows.some(({ kind, entity }) => valueAt(kind, entity, path) !== undefined)) return;
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const steps = path.split(".");
  const isField = (kind: AnyKind) =>
    [steps, [kind.name, ...steps], ["metadata", ...steps]].some((one) => fieldAt(kind, one) !== undefined);
  if (kinds.some(isField)) return;
  const known = rows.flatMap(({ kind, entity }) => [
    ...Object.keys(entity.metadata),
    ...[entity.spec, entity.document[kind.name], entity.document].flatMap((block) =>
      Object.keys(block ?? {}),
    ),
  ]);
  throw new UsageError(
    `nothing has a value at "${path}"; ${suggest(path, [...new Set(known)].sort(), "values")}`,
  );
}

type Write = (rows: readonly Row[], paths: readonly string[], streams: Streams) => Iterable<string>;

const FORMATS: Readonly<Record<"text" | "json" | "csv", Write>> = { text: asText, json: asJson, csv: asCsv };

/** Rows that are written at once. */
const PIECE = 1000;

/**
 * Aligned columns; on a terminal what does not fit is cut, at the beginning of the file's path first. Where even that
 * leaves no room for the values that were asked for, the path is left out.
 */
function* asText(rows: readonly Row[], paths: readonly string[], streams: Streams): Generator<string> {
  let cells = rows.map((row) => [...cellsOf(row), ...row.values.map(valueText)].map(printable));
  const count = cells[0]?.length ?? 0;
  const widths = Array.from({ length: count }, (_, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  );
  const most = streams.isTerminal ? streams.columns : Number.POSITIVE_INFINITY;
  const others = widths.reduce((sum, width, column) => sum + (column === FILE ? 0 : width + 2), 0);
  const hasFile = paths.length === 0 || most - others >= Math.min(LEAST, widths[FILE] ?? 0);
  if (hasFile) widths[FILE] = Math.min(widths[FILE] ?? 0, Math.max(LEAST, most - others));
  else {
    cells = cells.map((row) => row.toSpliced(FILE, 1));
    widths.splice(FILE, 1);
  }
  const lineOf = (row: readonly string[]) =>
    cut(
      row
        .map((cell, column) =>
          (hasFile && column === FILE ? cutBefore(cell, widths[column] ?? 0) : cell).padEnd(
            widths[column] ?? 0,
          ),
        )
        .join("  ")
        .trimEnd(),
      most,
    );
  for (let at = 0; at < cells.length; at += PIECE)
    yield cells
      .slice(at, at + PIECE)
      .map((row) => `${lineOf(row)}\n`)
      .join("");
}

/** The column of the file, and the least that is shown of it. */
const FILE = 3;
const LEAST = 20;

function cellsOf({ catalog, kind, entity }: Row): string[] {
  return [catalog.environment.name, kind.name, entity.key, entity.files.at(-1) ?? ""];
}

/** A value in a cell: of a list its items. */
function valueText(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueText).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function* asJson(rows: readonly Row[], paths: readonly string[]): Generator<string> {
  yield "[";
  for (const [index, { catalog, kind, entity, values }] of rows.entries()) {
    const shown = Object.fromEntries(paths.map((path, at) => [path, values[at]]));
    const { name } = catalog.environment;
    const { key, files } = entity;
    const one = { environment: name, kind: kind.name, key, file: files.at(-1), files };
    const whole = paths.length > 0 ? { ...one, values: shown } : one;
    yield `${index > 0 ? "," : ""}\n  ${JSON.stringify(whole)}`;
  }
  yield rows.length > 0 ? "\n]\n" : "]\n";
}

/** As RFC 4180 has it, with a head. */
function* asCsv(rows: readonly Row[], paths: readonly string[]): Generator<string> {
  yield lineOfCsv(["environment", "kind", "key", "file", ...paths]);
  for (const row of rows) yield lineOfCsv([...cellsOf(row), ...row.values.map(valueText)]);
}

function lineOfCsv(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(",")}\r\n`;
}
