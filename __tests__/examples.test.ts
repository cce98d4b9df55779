/** The example environments: no problem, the same bytes again, and nothing in them that a provider does not take. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesise } from "../constructs/app";
import { casesIn, loadSite, withSite } from "./case";
import providerArguments from "./providers/arguments.json";

const home = join(__dirname, "..");

type Json = { readonly [key: string]: Json };

/** The text of each stack's JSON, by the stack's name. */
function synthesised(root: string): Map<string, string> {
  const { catalogs, problems } = loadSite(root);
  if (problems.some(({ severity }) => severity === "error")) return new Map();
  const outdir = mkdtempSync(join(tmpdir(), "cloud-entities-out-"));
  try {
    synthesise(catalogs, outdir);
    const stacks = readdirSync(join(outdir, "stacks")).sort();
    return new Map(
      stacks.map((stack) => [stack, readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8")]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const examples = synthesised(home);

test("carry no problem and no warning", () => {
  expect(loadSite(home).problems).toEqual([]);
});

test("have a stack for each section of each environment", () => {
  expect([...examples.keys()]).toEqual([
    "dev-openstack",
    "micro-cloud-kubernetes",
    "micro-cloud-openstack",
    "prod-ostrava-kubernetes",
    "prod-ostrava-openstack",
  ]);
});

test("are the same bytes in another folder", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "another place "));
  try {
    for (const folder of ["environments", "entities"])
      cpSync(join(home, folder), join(elsewhere, folder), { recursive: true });
    expect(synthesised(elsewhere)).toEqual(examples);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test("hold no token of cdktf: constructs refer by expressions", () => {
  for (const [stack, text] of examples)
    expect([stack, /TfToken\[|TOKEN\./.exec(text)?.[0]]).toEqual([stack, undefined]);
});

test("are grouped by entity: the accesses of a project stand beside each other", () => {
  const { resource } = JSON.parse(examples.get("prod-ostrava-openstack") ?? "{}") as { resource: Json };
  const owners = Object.values(resource["openstack_compute_flavor_access_v2"] ?? {}).map((access) =>
    String(access["tenant_id"]),
  );
  const runs = owners.filter((owner, index) => owner !== owners[index - 1]);
  expect(runs.length).toBe(new Set(owners).size);
});

describe("every argument that is emitted", () => {
  interface Known {
    readonly versions: readonly string[];
    readonly arguments: Readonly<
      Record<string, { readonly only?: readonly string[]; readonly fields?: readonly string[] }>
    >;
  }
  const known: Readonly<Record<string, Known>> = providerArguments;
  const META = new Set(["//", "depends_on", "lifecycle", "provider"]);
  /** Arguments of newer providers alone, emitted only where a file asks for them. */
  const ON_REQUEST = new Set([
    "helm_release.wait_for_jobs",
    "helm_release.take_ownership",
    "helm_release.upgrade_install",
    "helm_release.pass_credentials",
  ]);
  const cases = casesIn("cases").map(({ title, parts }) => [title, withSite(parts, synthesised)] as const);

  test.each([
    ["the examples", examples] as const,
    ...cases,
  ])("by %s is taken by both ends of the range", (_, stacks) => {
    const refused: string[] = [];
    for (const text of stacks.values()) {
      const { resource = {}, data = {} } = JSON.parse(text) as { resource?: Json; data?: Json };
      for (const [prefix, types] of [
        ["", resource],
        ["data.", data],
      ] as const) {
        for (const [type, named] of Object.entries(types))
          for (const block of Object.values(named)) refused.push(...refusedBy(`${prefix}${type}`, block));
      }
    }
    expect([...new Set(refused)]).toEqual([]);
  });

  function refusedBy(type: string, block: Json): string[] {
    const arguments_ = known[type]?.arguments;
    if (!arguments_) return type === "data.openstack_identity_auth_scope_v3" ? [] : [`${type} is not known`];
    return Object.entries(block).flatMap(([argument, value]) => {
      if (META.has(argument)) return [];
      const schema = arguments_[argument];
      if (!schema) return [`${type}.${argument} is in no version`];
      if (schema.only && !ON_REQUEST.has(`${type}.${argument}`))
        return [`${type}.${argument} is only in ${schema.only.join(", ")}`];
      const inner = schema.fields ? [value].flat() : [];
      return inner.flatMap((one) =>
        Object.keys(one)
          .filter((field) => !schema.fields?.includes(field))
          .map((field) => `${type}.${argument}.${field} is in no version`),
      );
    });
  }
});
