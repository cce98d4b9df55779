/** The table of kinds is honest: each kind has everything a kind needs. The messages name what is missing. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loadConstructs } from "../constructs/app";
import { environmentDocument } from "../kinds/environment";
import { kinds } from "../kinds/kinds";
import { casesIn, loadSite, withSite } from "./case";

const home = join(__dirname, "..");

/** Files of kinds/ that are no kinds: the vocabulary, and what several kinds share. */
const SHARED =
  /^(addresses|backend|codes|constraint|dangling|environment|extra-specs|fields|flavor-name|groups|helm-value-origins|helm-values|layer-order|kind|kinds|mapping-language|metadata|names|old-spellings|project-quota|quota|removals|drift|site-files|scheduling|secrecy|tables|units)$/;

function stems(folder: string): string[] {
  return readdirSync(join(home, folder)).map((file) => file.replace(/\.ts$/, ""));
}

function cases(kind: string, prefix: string): string[] {
  const folder = join(__dirname, "cases", kind);
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith(prefix)) : [];
}

describe.each(kinds.map((kind) => [kind.name, kind] as const))("%s", (name, kind) => {
  test("has its schema in kinds/", () => {
    expect(stems("kinds")).toContain(name);
    expect(kind.document).toBeInstanceOf(z.ZodObject);
  });

  test("has its construct, if it becomes a resource", () => {
    if (kind.resource !== undefined) expect(stems("constructs")).toContain(name);
  });

  test("has cases that must pass and cases that must not", () => {
    expect(cases(name, "ok-")).not.toEqual([]);
    expect(cases(name, "err-")).not.toEqual([]);
  });

  test("has a case that shows what it becomes, if it becomes a resource", () => {
    if (kind.resource === undefined) return;
    const texts = cases(name, "ok-").map((file) =>
      readFileSync(join(__dirname, "cases", name, file), "utf8"),
    );
    expect(texts.some((text) => /^-- json /m.test(text))).toBe(true);
  });

  test("has its row in the reference", () => {
    const reference = readFileSync(join(home, "docs/kinds.md"), "utf8");
    expect([name, reference.includes(`\n## ${name}\n`)]).toEqual([name, true]);
  });

  test("describes every field", () => {
    expect(undescribed(kind.document, [])).toEqual([]);
  });
});

test("every file of kinds/ is a kind of the table, its rules, or shared", () => {
  const known = new Set(kinds.map(({ name }) => name));
  const unknown = stems("kinds").filter(
    (stem) => !known.has(stem) && !SHARED.test(stem) && !stem.endsWith("-rules"),
  );
  expect(unknown).toEqual([]);
});

test("every list of unmanaged names that a kind has can be written in environment.yaml", () => {
  for (const { provider, unmanaged, resource } of kinds) {
    if (unmanaged === undefined || provider === "grafana") continue;
    const state = { backend: "local", path: "x" };
    const written = { environment: { name: "x", state, [provider]: { unmanaged: { [unmanaged]: [] } } } };
    expect([unmanaged, environmentDocument.safeParse(written).success]).toEqual([unmanaged, true]);
    // What nobody can refer to by a resource needs no data source.
    if (resource === undefined) throw new Error(`${unmanaged} have no resource`);
  }
});

test("every field that names an entity is a reference in some case", () => {
  const found = new Map<string, Set<string>>();
  for (const { parts } of casesIn("cases")) {
    withSite(parts, (root) => {
      for (const catalog of loadSite(root).catalogs) {
        for (const kind of kinds) {
          for (const { document } of catalog.located(kind).values()) {
            const targets = (kind.references?.(document, catalog.environment) ?? []).map((one) => one.kind);
            found.set(kind.name, new Set([...(found.get(kind.name) ?? []), ...targets]));
          }
        }
      }
    });
  }
  for (const kind of kinds) {
    const named = [...new Set(namesIn(kind.document))];
    expect([kind.name, named.filter((one) => !found.get(kind.name)?.has(one))]).toEqual([kind.name, []]);
  }
});

/** The kinds that the key fields of a schema name. */
function namesIn(schema: unknown): string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const of = schema.meta()?.["of"];
  const inner = unwrapped(schema);
  const below =
    inner instanceof z.ZodObject
      ? Object.values(inner.shape)
      : inner instanceof z.ZodArray
        ? [inner.element]
        : inner instanceof z.ZodUnion
          ? inner.options
          : inner === schema
            ? []
            : [inner];
  return [...(typeof of === "string" ? [of] : []), ...below.flatMap(namesIn)];
}

test("names, folders and constructs are unique", () => {
  for (const values of [
    kinds.map(({ name }) => name),
    kinds.map(({ provider, folder }) => `${provider}/${folder}`),
  ]) {
    expect(new Set(values).size).toBe(values.length);
  }
  expect(loadConstructs().map(({ kind }) => kind.name)).toEqual(
    kinds.filter(({ resource }) => resource).map(({ name }) => name),
  );
});

/** Fields of strict objects that no sentence describes, outermost block apart. */
function undescribed(schema: unknown, path: readonly string[]): string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, field]) => {
      const described = hasDescription(field) || unwrapped(field) instanceof z.ZodObject;
      return [...(described ? [] : [[...path, key].join(".")]), ...undescribed(field, [...path, key])];
    });
  }
  return inner instanceof z.ZodArray ? undescribed(inner.element, [...path, "[]"]) : [];
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrapped(schema.unwrap());
  return schema;
}

function hasDescription(schema: unknown): boolean {
  if (!(schema instanceof z.ZodType)) return false;
  if (schema.meta()?.description) return true;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return hasDescription(schema.unwrap());
  return schema instanceof z.ZodPipe && hasDescription(schema.in);
}
