/**
 * Plans that Terraform and OpenTofu wrote, on a real cloud (`plans/*.json`, less what no review reads), of a site that changed
 * (`plans/before/`, `plans/after/`): what a review says of them stands beside them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { called } from "./command-line";
import { Repository } from "./repository";

const folder = join(__dirname, "plans");

const PLANS = readdirSync(folder).filter((file) => file.endsWith(".json"));

const PRINTS = ["text", "json", "markdown", "html", "gitlab"];

// Each test runs git a dozen times, which takes as long as it takes.
jest.setTimeout(120_000);

let site: Repository;
beforeAll(() => {
  site = new Repository(filesIn("before"));
  for (const file of Object.keys(filesIn("before"))) site.remove(file);
  for (const [file, text] of Object.entries(filesIn("after"))) site.write(file, text);
});
afterAll(() => site.gone());

function filesIn(side: string): Record<string, string> {
  const names = readdirSync(join(folder, side), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.yaml$/.test(name));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, side, file), "utf8")]));
}

function review(plan: unknown, stack: string, ...more: string[]) {
  const file = join(site.root, `stacks/${stack}/plan.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(plan));
  const line = ["review", file, "--root", site.root, ...more];
  return called(line, { PATH: process.env["PATH"], HOME: site.root }, {}, site.root);
}

function planIn(name: string) {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** Which stack a plan is of: `lab-openstack.tofu.json`. What is said is the same, digest included, whichever program wrote it. */
function stackOf(name: string): string {
  return name.split(".")[0] ?? name;
}

/** Holds a text against the one beside the plan; `UPDATE=1 npx jest` writes it, and a person reads the diff. */
function expectPrint(file: string, text: string): void {
  const path = join(folder, file);
  if (process.env["UPDATE"]) writeFileSync(path, text);
  else expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}

describe.each(PLANS)("%s", (name) => {
  test("with the revision that has what is removed", async () => {
    const { out, err } = await review(planIn(name), stackOf(name), "--base", "base");
    expect(err).toBe("");
    expectPrint(`${stackOf(name)}.txt`, out);
  });

  test("without it", async () => {
    const { out, err } = await review(planIn(name), stackOf(name));
    expect(err).toBe("");
    expectPrint(`${stackOf(name)}.alone.txt`, out);
  });

  test.each(PRINTS)("no secret in %s, though the plan repeats it where nothing is marked", async (format) => {
    const { out, err } = await review(withEchoes(planIn(name)), stackOf(name), "--format", format);
    expect(out + err).not.toMatch(CANARY);
  });
});

/** The beginning of every secret in the plans. */
const CANARY = /canary-/;

/** Older Helm providers repeat values in clear, in an attribute that is not marked; so may any other one. */
function withEchoes(plan: { resource_changes: { change: { before?: object; after?: object } }[] }): unknown {
  const secrets = [...new Set(JSON.stringify(plan).match(/canary-[\w-]+/g))];
  expect(secrets).not.toEqual([]);
  const echo = {
    metadata: [{ values: JSON.stringify({ auth: secrets }) }],
    description: `it is ${secrets.join()}`,
  };
  for (const { change } of plan.resource_changes) {
    if (change.before) Object.assign(change.before, { ...echo, description: "-" });
    if (change.after) Object.assign(change.after, echo);
  }
  return plan;
}

/** What Terraform may say besides, and what is refused then. */
const UNCLEAR: readonly [string, object, string][] = [
  ["errored", { errored: true }, "Terraform could not finish the plan"],
  ["not complete", { complete: false }, "Terraform defers a part of the changes to a later plan"],
  ["deferred", { deferred_changes: [{}] }, "Terraform defers a part of the changes to a later plan"],
  ["actions", { action_invocations: [{}] }, "it runs actions of providers, which nobody here can describe"],
  ["a check", { checks: [{ status: "fail" }] }, "a check of the configuration fails"],
  [
    "an action that nobody knows",
    {
      resource_changes: [
        { ...anObject("lab_two"), change: { actions: ["transmute"], before: {}, after: {} } },
      ],
    },
    "what `transmute` does to openstack_networking_network_v2.lab_two is not known here",
  ],
];

function anObject(name: string) {
  const type = "openstack_networking_network_v2";
  return { address: `${type}.${name}`, mode: "managed", type, name };
}

test.each(UNCLEAR)("not understood, so refused: %s", async (_, more, message) => {
  const plan = { ...planIn("lab-openstack.json"), ...more };
  const { code, out } = await review(plan, "lab-openstack", "--format", "json");
  const { gates } = JSON.parse(out);
  expect(code).toBe(4);
  expect(gates).toContainEqual(
    expect.objectContaining({ code: "unknown", message: expect.stringContaining(message) }),
  );
});

test("a project that nobody can name is no part of the flavor whose name its own begins with", async () => {
  const text = JSON.stringify({ ...planIn("lab-openstack.json"), prior_state: undefined });
  const plan = JSON.parse(text.replaceAll("Default_lab_old", "lab_small_old"));
  const { out } = await review(plan, "lab-openstack", "--format", "json");
  expect(JSON.parse(out).gates).toContainEqual(
    expect.objectContaining({
      code: "unknown",
      message: expect.stringContaining("openstack_identity_project_v3.lab_small_old would be destroyed"),
    }),
  );
});

test.each([
  [{ format_version: "2.0" }, "the format 2.0 is not known here"],
  [{ format_version: undefined }, "it is no plan"],
  [{ resource_changes: [{ address: 1 }] }, "it is no plan as Terraform writes it"],
])("%j is no plan that can be read", async (more, message) => {
  const { code, out, err } = await review({ ...planIn("lab-openstack.json"), ...more }, "lab-openstack");
  expect(code).not.toBe(0);
  expect((out + err).replace(/\s+/g, " ")).toContain(message);
});

test("another Terraform name is another resource: what is protected is refused, in whichever order the plan has them", async () => {
  const own = new Repository({
    "environments/a/environment.yaml":
      "environment: {name: a, state: {backend: local, path: 'state/{stack}'}, openstack: {}}\n",
    "environments/a/openstack/domains/one.yaml": "domain: {name: one}\n",
  });
  own.write(
    "environments/a/openstack/domains/one.yaml",
    "metadata: {address: another}\ndomain: {name: one}\n",
  );
  const type = "openstack_identity_project_v3";
  const values = { name: "one", is_domain: true, enabled: true };
  const change = (name: string, actions: string[], before: unknown, after: unknown) => ({
    ...{ address: `${type}.${name}`, mode: "managed", type, name, provider_name: "openstack" },
    change: { actions, before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
  });
  const plan = {
    ...{
      format_version: "1.2",
      terraform_version: "1.11.4",
      complete: true,
      applyable: true,
      errored: false,
    },
    resource_changes: [
      change("another", ["create"], null, values),
      change("one", ["delete"], { ...values, id: "1" }, null),
    ],
  };
  own.write("stacks/a-openstack/plan.json", JSON.stringify(plan));
  const line = [
    "review",
    join(own.root, "stacks/a-openstack/plan.json"),
    "--root",
    own.root,
    "--base",
    "base",
  ];
  const { code, out } = await called(line, { PATH: process.env["PATH"], HOME: own.root }, {}, own.root);
  own.gone();
  expect([code, out]).toEqual([4, expect.stringContaining("the domain one is destroyed and made anew")]);
});
