/** `docs/kinds.md`: what may be written, of every kind and of the files at an environment's top. */

import type { AnyKind } from "../catalog/document";
import { documentSchema } from "../catalog/schema";
import { metadataFields } from "../kinds/metadata";
import { withArticle } from "../kinds/names";
import { SITE_DOCUMENTS } from "../kinds/site-files";
import { type Block, blockOf, type Shape, shapeOf } from "./shape";
import { fallbackWords, typeWords } from "./words";

/** What the reference says of kinds beyond what they say of themselves. */
export interface Beside {
  /** A file of a kind that shows it: its path and its text. */
  example(kind: AnyKind): { readonly file: string; readonly text: string } | undefined;
  /** The Terraform argument that a field becomes, if that is known; the path is that of its file. */
  argument(kind: AnyKind, path: readonly string[]): string | undefined;
}

/** The page. */
export function reference(kinds: readonly AnyKind[], beside: Beside): string {
  return [
    "# Kinds",
    "",
    "What may be written about each kind, generated from `kinds/` by `npm run docs`. Keys are given from the top of the file.",
    "Every file may carry [`metadata`](#metadata) besides. Editors know all of this: [editor.md](editor.md).",
    "",
    "| kind | folder | resource | |",
    "| --- | --- | --- | --- |",
    ...kinds.map(
      (kind) =>
        `| [${kind.name}](#${kind.name}) | \`${kind.provider}/${kind.folder}\` | ${kind.resource ? `\`${kind.resource}\`` : "none"} | ${kind.description} |`,
    ),
    "",
    `Beside them: ${Object.keys(SITE_DOCUMENTS)
      .map((name) => `[${name}.yaml](#${name}yaml)`)
      .join(", ")}.`,
    "",
    ...kinds.flatMap((kind) => section(kind, kinds, beside)),
    "## metadata",
    "",
    "What any file may carry beside its kind's block. Emits nothing but addresses. Projects must carry `contacts`.",
    "",
    ...table(metadataRows(kinds), false),
    ...Object.entries(SITE_DOCUMENTS).flatMap(([name, { about, document }]) =>
      siteFile(`${name}.yaml`, about, blockOf(document), kinds),
    ),
  ].join("\n");
}

function section(kind: AnyKind, kinds: readonly AnyKind[], { example, argument }: Beside): string[] {
  const folder = `${kind.provider}/${kind.folder}/${kind.within ? `<${kind.within}>/` : ""}`;
  const becomes = kind.resource ? `Becomes \`${kind.resource}\`.` : "Becomes no resource of its own.";
  const shown = example(kind);
  const fields = [...blockOf(documentSchema(kind)).fields].filter(([key]) => key !== "metadata");
  const own = fields.flatMap(([key, shape]) => [...rows(shape, [key], kinds)]);
  const known = own.map((row) => ({ ...row, becomes: argument(kind, row.path) }));
  return [
    `## ${kind.name}`,
    "",
    kind.description,
    `Folder \`${folder}\`. ${becomes}${kind.protected ? " Protected: a removal must be acknowledged in `removals.yaml`." : ""}`,
    "",
    ...(shown ? ["```yaml", `# ${shown.file}`, shown.text.trimEnd(), "```", ""] : []),
    ...table(known, true),
  ];
}

function siteFile(name: string, about: string, block: Block, kinds: readonly AnyKind[]): string[] {
  const found = [...block.fields].flatMap(([key, shape]) => [...rows(shape, [key], kinds)]);
  return [`## ${name}`, "", about, "", ...table(found, false)];
}

/** The fields of every kind, and after them those that single kinds have. */
function metadataRows(kinds: readonly AnyKind[]): Row[] {
  const common = Object.entries(metadataFields).flatMap(([key, field]) => [
    ...rows(shapeOf(field), ["metadata", key], kinds),
  ]);
  const own = kinds.flatMap((kind) =>
    Object.entries(kind.metadata ?? {})
      .filter(([key]) => !Object.hasOwn(metadataFields, key))
      .flatMap(([key, field]) => [...rows(shapeOf(field), ["metadata", key], kinds)])
      .map((row) => ({ ...row, meaning: `${row.meaning} Only of ${withArticle(kind.name)}.` })),
  );
  return [...common, ...own];
}

interface Row {
  readonly path: readonly string[];
  readonly type: string;
  readonly must: string;
  readonly meaning: string;
  readonly becomes?: string | undefined;
}

function* rows(shape: Shape, path: readonly string[], kinds: readonly AnyKind[]): Generator<Row> {
  const { about, required } = shape;
  const link = (name: string) => (kinds.some((kind) => kind.name === name) ? `[${name}](#${name})` : name);
  const fallback = fallbackWords(shape);
  const words = (about.examples ?? []).map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const such = words.length === 0 ? "" : ` Such as ${words.map((one) => `\`${one}\``).join(", ")}.`;
  yield {
    path,
    type: typeWords(shape, link),
    must: required ? "required" : fallback === undefined ? "" : `default \`${fallback}\``,
    meaning: `${about.description ?? ""}${such}`,
  };
  const [inner, below] =
    shape.type === "list" ? [shape.of, [...path.slice(0, -1), `${path.at(-1)}[]`]] : [shape, path];
  if (inner.type !== "block") return;
  for (const [key, field] of inner.fields) yield* rows(field, [...below, key], kinds);
}

function table(found: readonly Row[], withBecomes: boolean): string[] {
  const lines = found.map(({ path, type, must, meaning, becomes = "" }) => {
    const cells = [`\`${path.join(".")}\``, type, must, meaning];
    const all = withBecomes ? [...cells, becomes === "" ? "" : `\`${becomes}\``] : cells;
    return `| ${all.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const head = withBecomes ? "| key | type | | meaning | Terraform |" : "| key | type | | meaning |";
  return [head, withBecomes ? "| --- | --- | --- | --- | --- |" : "| --- | --- | --- | --- |", ...lines, ""];
}
