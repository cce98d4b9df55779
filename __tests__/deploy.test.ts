/** The verbs `deploy` and `unlock`, with a pretended terraform: what is applied, what is refused, what is told. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { called } from "./command-line";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloud-entities-deploy-"));
  for (const environment of ["one", "two"]) {
    write(`site/environments/${environment}/environment.yaml`, environmentOf(environment));
    write(
      `site/environments/${environment}/openstack/domains/cz.yaml`,
      "domain: {name: cz, description: new}\n",
    );
  }
  write("terraform", TERRAFORM);
  chmodSync(join(folder, "terraform"), 0o755);
  for (const stack of ["one-openstack", "one-kubernetes", "two-openstack", "two-kubernetes"])
    plans(stack, []);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environmentOf = (name: string) => `environment:
  name: ${name}
  state: {backend: local, path: "state/{stack}"}
  openstack: {region: Brno1}
  kubernetes: {}
`;

/** What Terraform would say lies beside the stacks, by stack; `log` is what it was asked for. */
const TERRAFORM = `#!/bin/sh
own="$PRETENDED/\${PWD##*/}"
echo "\${PWD##*/} $1" >> "$PRETENDED/log"
case "$1" in
  plan) cp "$own.json" plan;;
  show) cat "$3" 2>/dev/null || cat "$4";;
  apply) cat "$own.said"; rm -f "$own.said.once"; exit $(cat "$own.code");;
esac
`;

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

interface Does {
  readonly address: string;
  readonly actions: readonly string[];
  readonly after?: Readonly<Record<string, unknown>> | null;
}

const DOMAIN = "openstack_identity_project_v3.cz";
const MAKES: Does = { address: DOMAIN, actions: ["create"], after: { name: "cz", is_domain: true } };

/** What the next plan of a stack does. */
function plans(stack: string, does: readonly Does[]): void {
  const changes = does.map(({ address, actions, after = {} }) => {
    const [type, name] = address.split(".");
    const change = {
      ...{ actions, before: actions[0] === "create" ? null : { name: "cz" }, after, after_unknown: {} },
      ...{ before_sensitive: false, after_sensitive: {} },
    };
    return { address, mode: "managed", type, name, provider_name: "openstack", change };
  });
  const json = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: changes,
    errored: false,
  };
  write(`pretended/${stack}.json`, JSON.stringify(json));
  applies(
    stack,
    does.flatMap(({ address, actions }) => actions.flatMap((action) => ended(address, action))),
    0,
  );
}

/** What the next apply of a stack says, and how it ends. */
function applies(stack: string, said: readonly object[], code: number): void {
  write(`pretended/${stack}.said`, said.map((line) => `${JSON.stringify(line)}\n`).join(""));
  write(`pretended/${stack}.code`, String(code));
}

const hook = (type: string, addr: string, action: string) => ({ type, hook: { resource: { addr }, action } });
const ended = (addr: string, action: string) => [
  hook("apply_start", addr, action),
  hook("apply_complete", addr, action),
];
const error = (summary: string, detail = "", address?: string) => ({
  type: "diagnostic",
  diagnostic: { severity: "error", summary, detail, ...(address === undefined ? {} : { address }) },
});

function call(verb: string, words: readonly string[] = [], isTerminal = false) {
  const variables = {
    ...{ PATH: process.env["PATH"], TERRAFORM_BINARY_NAME: join(folder, "terraform") },
    PRETENDED: join(folder, "pretended"),
  };
  return called([verb, ...words, "--root", "site", "--output", "out"], variables, { isTerminal }, folder);
}

const deploy = (...words: string[]) => call("deploy", words);

/** Plans everything and lets somebody look at it. */
async function reviewed(): Promise<void> {
  const { code, err } = await call("plan");
  expect({ code, err }).toEqual({ code: 0, err: "" });
}

/** What was applied, in order. */
const applied = () =>
  readFileSync(join(folder, "pretended/log"), "utf8")
    .split("\n")
    .filter((line) => line.endsWith(" apply"))
    .map((line) => line.slice(0, -" apply".length));

test("nothing is applied that nobody reviewed", async () => {
  const { code, err } = await deploy();
  expect(code).toBe(4);
  expect(err).toBe(
    "nothing was reviewed: there is no review.json in the output folder. Next: npx cloud-entities plan --root site --output out\n",
  );
});

test("OpenStack before Kubernetes; a line for each object that is done; stacks without a change are left alone", async () => {
  plans("one-kubernetes", [{ address: "kubernetes_namespace_v1.x", actions: ["create"] }]);
  plans("one-openstack", [MAKES]);
  await reviewed();
  const { code, out, err } = await deploy();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(applied()).toEqual(["one-openstack", "one-kubernetes"]);
  expect(out).toBe(
    [
      ...["one-openstack: domain cz created", "one-openstack: applied, 1 object"],
      ...["one-kubernetes: namespace x created", "one-kubernetes: applied, 1 object"],
      ...["two-openstack: nothing to do", "two-kubernetes: nothing to do", ""],
    ].join("\n"),
  );
});

test("on a terminal one line is written over", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  const { out } = await call("deploy", ["one-openstack"], true);
  expect(out).toContain(
    "\r\u001b[Kone-openstack: 0/1 domain cz …\r\u001b[Kone-openstack: 1/1 domain cz created",
  );
  expect(out).toMatch(/\r\u001b\[Kone-openstack: applied, 1 object\n$/);
});

test("only the stacks that are named, and none that the review does not have", async () => {
  plans("one-openstack", [MAKES]);
  plans("two-openstack", [MAKES]);
  await reviewed();
  await deploy("two-openstack");
  expect(applied()).toEqual(["two-openstack"]);
  expect(await deploy("two-openstak")).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean"),
  });
  await call("plan", ["one-openstack"]);
  expect(await deploy("two-openstack")).toMatchObject({
    code: 4,
    err: expect.stringContaining("two-openstack is in"),
  });
});

test("another plan is refused as a whole, and what differs is told in words", async () => {
  plans("one-openstack", [MAKES]);
  plans("two-openstack", [MAKES]);
  await reviewed();
  rmSync(join(folder, "out/stacks/two-openstack/plan"));
  plans("two-openstack", [{ ...MAKES, actions: ["update"] }]);
  const { code, err } = await deploy();
  expect(code).toBe(4);
  expect(err).toContain("two-openstack: the plan is not the reviewed one (out/review.json)");
  expect(err).toContain("change domain cz (two)");
  expect(err).not.toContain("(one)");
  expect(applied()).toEqual([]);
});

test("a plan that cannot be read is made anew", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  write("out/stacks/one-openstack/plan", "nonsense");
  expect((await deploy()).code).toBe(0);
  expect(applied()).toEqual(["one-openstack"]);
});

test("a digest is enough; another one is not", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  const review = JSON.parse(readFileSync(join(folder, "out/review.json"), "utf8"));
  const [, { digest }] = review.environments[0].stacks;
  expect(await deploy("one-openstack", "--reviewed", `sha256:${"0".repeat(64)}`)).toMatchObject({ code: 4 });
  expect(await deploy("one-openstack", "--reviewed", "nonsense")).toMatchObject({ code: 2 });
  expect(await deploy("one-openstack", "--reviewed", digest)).toMatchObject({ code: 0 });
  rmSync(join(folder, "out/review.json"));
  expect(await deploy("--reviewed", review.digest)).toMatchObject({ code: 0 });
});

test("what is no review of a plan is wrong use", async () => {
  write("review.json", "{}");
  expect(await deploy("--reviewed", "review.json")).toMatchObject({
    code: 2,
    err: expect.stringContaining("is no review"),
  });
  expect(await deploy("--lock-timeout", "soon")).toMatchObject({ code: 2 });
});

test("what is refused in the review is not applied", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  const review = JSON.parse(readFileSync(join(folder, "out/review.json"), "utf8"));
  const place = { file: "environments/one/x.yaml", line: 3, column: 1 };
  const gate = { code: "removal", environment: "one", place, message: "it goes", help: "acknowledge it" };
  write("out/review.json", JSON.stringify({ ...review, gates: [gate] }));
  const { code, err } = await deploy();
  expect(code).toBe(4);
  expect(err).toBe(
    "environments/one/x.yaml:3:1: refused: it goes (one)\n  acknowledge it\nnothing was deployed\n",
  );
  // The gate of one environment is none of another's.
  expect((await deploy("two-openstack")).code).toBe(0);
});

test("a failure in one environment stops its other stacks, and no other environment", async () => {
  for (const stack of ["one-openstack", "two-openstack"]) plans(stack, [MAKES]);
  plans("one-kubernetes", [{ address: "kubernetes_namespace_v1.x", actions: ["create"] }]);
  await reviewed();
  const failed = [hook("apply_start", DOMAIN, "create"), hook("apply_errored", DOMAIN, "create")];
  applies("one-openstack", [...failed, error("Error creating it", "409 Conflict", DOMAIN)], 1);
  const { code, err } = await deploy();
  expect(code).toBe(3);
  expect(applied()).toEqual(["one-openstack", "two-openstack"]);
  expect(err).toBe(
    [
      "one-openstack: failed",
      ...["  done: nothing", "  failed: 1 object", "    domain cz"],
      `  ${DOMAIN}: Error creating it: 409 Conflict`,
      "  Next: what was made may be in no state:",
      "    npx cloud-entities adopt one-openstack --root site --output out",
      "    npx cloud-entities plan one-openstack --root site --output out",
      "    and deploy once it is reviewed",
      "not begun: one-kubernetes",
      "",
    ].join("\n"),
  );
});

test("a stack that cannot be planned again fails alone", async () => {
  for (const stack of ["one-openstack", "two-openstack"]) plans(stack, [MAKES]);
  await reviewed();
  rmSync(join(folder, "out/stacks/one-openstack/plan"));
  rmSync(join(folder, "pretended/one-openstack.json"));
  const { code, err } = await deploy();
  expect({ code, applied: applied() }).toEqual({ code: 3, applied: ["two-openstack"] });
  expect(err).toMatch(/^one-openstack: nothing was done: \S+ plan failed: [^\n]*\n$/);
});

test("a plan that has become stale is made anew, once", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  applies("one-openstack", [error("Saved plan is stale")], 1);
  const { code, err } = await deploy();
  expect(code).toBe(3);
  expect(err).toContain("one-openstack: the state moves: another run changes it");
  expect(applied()).toEqual(["one-openstack", "one-openstack"]);
});

test("stale, and the new plan says another thing", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  plans("one-openstack", [{ address: DOMAIN, actions: ["update"], after: { name: "cz", description: "x" } }]);
  applies("one-openstack", [error("Saved plan is stale")], 1);
  const { code, err } = await deploy();
  expect({ code, err }).toEqual({
    code: 4,
    err: expect.stringContaining("one-openstack: the plan is not the reviewed one"),
  });
  expect(applied()).toEqual(["one-openstack"]);
});

test("locked: by whom, since when, and what to type", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  const lock =
    "Lock Info:\n  ID:  1\n  Who: ci@runner-7\n  Operation: OperationTypeApply\n  Created: 2026-11-21 11:00:00 +0000 UTC\n  Info: ";
  applies("one-openstack", [error("Error acquiring the state lock", lock)], 1);
  const { code, err } = await deploy();
  expect(code).toBe(3);
  expect(err).toMatch(
    /^one-openstack: nothing was done: the state is locked by ci@runner-7 since 2026-11-21 11:00:00 UTC \([^)]+\), apply, ID 1\n/,
  );
  expect(err).toContain("npx cloud-entities unlock one-openstack --root site --output out");
});

describe("a deploy that was killed", () => {
  beforeEach(async () => {
    plans("one-openstack", [MAKES]);
    await reviewed();
    const entries = [
      { is: "run", at: "2026-11-21T11:00:00.000Z", steps: [{ address: DOMAIN, does: ["create"] }] },
      { is: "begun", at: "2026-11-21T11:00:02.000Z", address: DOMAIN, action: "create" },
    ];
    write(
      "out/stacks/one-openstack/apply.jsonl",
      entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
    );
  });

  test("is told of, and what it began to make is not made again", async () => {
    const { code, err } = await deploy();
    expect({ code, applied: applied() }).toEqual({ code: 4, applied: [] });
    expect(err).toContain("one-openstack: the deploy of 2026-11-21 11:00:00 UTC was killed");
    expect(err).toContain("begun, and it is not known how it ended: 1 object\n    domain cz\n");
    expect(err).toContain("would make again:\n    domain cz\n  Next: npx cloud-entities adopt one-openstack");
  });

  test("is told of once: whoever planned since knows", async () => {
    expect((await call("plan")).err).toContain("was killed");
    expect((await call("plan")).err).toBe("");
    expect(await deploy()).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(join(folder, "out/stacks/one-openstack/apply.jsonl"), "utf8")).toContain(
      '"how":"applied"',
    );
  });

  test("is told of by unlock too", async () => {
    const { code, out, err } = await call("unlock", ["one-openstack"]);
    expect({ code, out }).toEqual({ code: 0, out: "one-openstack: nobody holds the lock\n" });
    expect(err).toContain("was killed");
  });
});

test("no copy of a plan stays behind", async () => {
  plans("one-openstack", [MAKES]);
  await reviewed();
  await deploy();
  expect(existsSync(join(folder, `out/stacks/one-openstack/plan.${process.pid}`))).toBe(false);
});

test("what no file makes any more is called as the review called it", async () => {
  const role = "openstack_identity_role_v3.old";
  plans("one-openstack", [{ address: role, actions: ["delete"], after: null }]);
  await reviewed();
  applies("one-openstack", [hook("apply_start", role, "delete"), error("Refused", "", role)], 1);
  const { out, err } = await deploy("one-openstack");
  expect(out + err).toContain(": 1 object\n    role cz\n");
});
