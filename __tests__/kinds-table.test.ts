/** The table of kinds is honest: each kind has everything a kind needs. The messages name what is missing. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loadConstructs } from "../constructs/app";
import { kinds } from "../kinds/kinds";

const home = join(__dirname, "..");

/** Files of kinds/ that are no kinds: the vocabulary, and what several kinds share. */
const SHARED =
  /^(addresses|backend|environment|fields|flavor-name|helm-values|kind|kinds|mapping-language|metadata|names|project-quota|quota|removals|units)$/;

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
    expect(readFileSync(join(home, "docs/kinds.md"), "utf8")).toContain(`\n## ${name}\n`);
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
