import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalog } from "../catalog/catalog";

type Json = { readonly [key: string]: unknown };

/** What each Terraform object of an environment is made with, as text, by address. */
export function argumentsOf(catalog: Catalog): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), "cloud-entities-"));
  try {
    // It would switch cdktf to another output language.
    delete process.env["SYNTH_HCL_OUTPUT"];
    const { synthesise } = require("../constructs/app") as typeof import("../constructs/app");
    synthesise([catalog], outdir);
    const found = new Map<string, string>();
    for (const { name } of catalog.stacks()) {
      const stack: unknown = JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"));
      const resources = entriesOf(entriesOf(stack).find(([key]) => key === "resource")?.[1]);
      for (const [type, objects] of resources) {
        for (const [address, block] of entriesOf(objects))
          found.set(`${type}.${address}`, JSON.stringify(entriesOf(block).filter(([key]) => !META.has(key))));
      }
    }
    return found;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What says how Terraform goes about an object, and not what the object is: another order changes nothing. */
const META = new Set(["//", "depends_on", "lifecycle", "provider"]);

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value as Json) : [];
}
