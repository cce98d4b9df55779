/** What entities become: cases with parts `json <stack> <type>.<name>` that hold the expected attributes. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resourcesOf } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import { synthesise } from "../constructs/app";
import { casesIn, loadSite, withSite } from "./case";

const cases = casesIn("cases").filter(({ parts }) =>
  [...parts.keys()].some((part) => part.startsWith("json ")),
);

describe.each(cases)("$title", ({ parts }) => {
  const made = withSite(parts, (root) => synthesised(loadSite(root).catalogs));

  test.each([...parts].filter(([part]) => part.startsWith("json ")))("%s", (part, expected) => {
    const [, stack = "", address = ""] = part.split(" ");
    expect(withoutComment(at(made.stacks.get(stack), address))).toEqual(JSON.parse(expected));
  });

  test("makes just the resources that the kinds declare", () => {
    expect(made.addresses).toEqual(made.declared);
  });
});

function synthesised(catalogs: readonly Catalog[]) {
  const outdir = mkdtempSync(join(tmpdir(), "cloud-entities-out-"));
  try {
    synthesise(catalogs, outdir);
    const stacks = new Map<string, Json>();
    const addresses: string[] = [];
    const declared: string[] = [];
    for (const catalog of catalogs) {
      for (const { name } of catalog.stacks()) {
        const json = JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")) as Json;
        stacks.set(name, json);
        for (const [type, names] of Object.entries(json["resource"] ?? {}))
          addresses.push(...Object.keys(names as Json).map((one) => `${type}.${one}`));
      }
      for (const kind of catalog.kinds) {
        for (const entity of catalog.all(kind).values())
          declared.push(...resourcesOf(kind, entity, catalog).map(({ type, name }) => `${type}.${name}`));
      }
    }
    return { stacks, addresses: addresses.sort(), declared: declared.sort() };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

type Json = { [key: string]: Json };

/** `type.name`, `data.type.name`, `provider.name`, `variable.name`, `removed`. */
function at(json: Json | undefined, address: string): Json | undefined {
  const path = /^(data|provider|variable|terraform|removed)(\.|$)/.test(address)
    ? address.split(".")
    : ["resource", ...address.split(".")];
  return path.reduce<Json | undefined>((inner, step) => inner?.[step], json);
}

function withoutComment(block: Json | undefined): unknown {
  if (block === undefined || Array.isArray(block)) return block;
  const { "//": _, ...rest } = block;
  return rest;
}
