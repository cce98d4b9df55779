/** What is made of the lines that `terraform apply -json` prints. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { applyPlan } from "../../terraform/apply";
import { lastRun, noteTold } from "../../terraform/journal";
import { isEmptyPlan, stepsOf } from "../../terraform/steps";
import { pathOf, planJson, pretended, recorded, SECRET, scratch, write } from "./recorded";

/** Applies with a pretended terraform that prints a recording. */
async function applied(recording: string, code: number, json = planJson()) {
  const folder = scratch();
  const variables = pretended(folder, `cat ${pathOf(recording)}\nexit ${code}`);
  const heard: string[] = [];
  const result = await applyPlan(folder, variables, {
    ...{ plan: "plan", json, lockTimeout: "0s" },
    onEvent: ({ is, address, action }) => heard.push(`${is} ${action} ${address}`),
  });
  return { ...result, heard, folder };
}

const of = (name: string) => `terraform_data.${name}`;

test("what failed, what was done and what was never begun", async () => {
  const { how, outcome, sentences } = await applied("failed.jsonl", 1);
  expect(how).toBe("failed");
  expect(outcome).toEqual({
    done: [of("after"), of("one"), of("slow")],
    failed: [of("bad")],
    cutOff: [],
    notBegun: [],
    unsaid: [],
  });
  expect(sentences).toEqual([
    expect.stringMatching(/^terraform_data\.bad: local-exec provisioner error: .*it is …$/),
  ]);
});

test("an interruption: what it cut off has failed, what depends on it was never begun", async () => {
  const { outcome, sentences } = await applied("interrupted.jsonl", 1);
  expect(outcome).toMatchObject({
    done: [of("one")],
    failed: [of("bad"), of("slow")],
    notBegun: [of("after")],
  });
  // "execution halted" follows, and says nothing.
  expect(sentences).toHaveLength(2);
});

test("every action there is", async () => {
  const { how, outcome, heard } = await applied("every.jsonl", 0, planJson("every-plan.json"));
  expect(how).toBe("applied");
  expect(outcome.done).toEqual(["a", "f", "i", "m2", "u"].map(of));
  expect(heard).toContain(`done delete ${of("a")}`);
});

test("a stale plan, and the lock of another one", async () => {
  expect(await applied("stale.jsonl", 1)).toMatchObject({ how: "stale", lock: undefined });
  expect(await applied("locked-local.jsonl", 1)).toMatchObject({
    how: "locked",
    lock: { who: "ci@runner-7", operation: "OperationTypeApply", since: expect.stringMatching(/^2026-.*Z$/) },
  });
  // These tell only of the one who asks.
  const { lock } = await applied("locked-http.jsonl", 1);
  expect(Object.keys(lock ?? {})).toEqual(["id"]);
  expect((await applied("locked-pg.jsonl", 1)).lock).toEqual({});
});

test("what is no message of Terraform's is its reason, where it gives no other", async () => {
  const folder = scratch();
  const variables = pretended(folder, `echo "panic: ${SECRET}"; echo "[1, 2]"; exit 2`);
  const { sentences } = await applyPlan(folder, variables, {
    plan: "plan",
    json: planJson(),
    lockTimeout: "0s",
  });
  expect(sentences).toEqual(["terraform ended with 2: panic: … [1, 2]"]);
});

test("the steps of a plan", () => {
  expect(stepsOf(planJson("every-plan.json"))).toEqual([
    { address: of("a"), does: ["create", "delete"] },
    { address: of("f"), does: [] },
    { address: of("i"), does: [] },
    { address: of("m2"), does: [] },
    { address: of("u"), does: ["update"] },
  ]);
  expect(isEmptyPlan(planJson())).toBe(false);
  expect(isEmptyPlan({ format_version: "1.2" })).toBe(true);
  expect(isEmptyPlan({ output_changes: { x: { actions: ["create"] } } })).toBe(false);
});

describe("the journal", () => {
  test("is for its owner alone, and holds no value", async () => {
    const { folder } = await applied("failed.jsonl", 1);
    const file = join(folder, "apply.jsonl");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toMatch(new RegExp(`${SECRET}|x1|id_value`));
    expect(lastRun(folder)).toMatchObject({
      how: "failed",
      isTold: false,
      owner: { pid: expect.any(Number) },
    });
  });

  test("tells what a run that was killed did", async () => {
    const folder = scratch();
    const lines = recorded("failed.jsonl").split("\n").slice(0, 12).join("\n");
    write(folder, "lines", lines);
    await applyPlan(folder, pretended(folder, `cat ${folder}/lines; kill -9 $$`), {
      ...{ plan: "plan", json: planJson(), lockTimeout: "0s" },
    });
    expect(lastRun(folder)).toMatchObject({
      how: undefined,
      outcome: { done: [of("one")], cutOff: [of("bad"), of("slow")], notBegun: [of("after")] },
    });
    noteTold(folder);
    expect(lastRun(folder)?.isTold).toBe(true);
  });

  test("stays that of the last run where another one is kept out", async () => {
    const { folder } = await applied("failed.jsonl", 1);
    const before = lastRun(folder);
    await applyPlan(folder, pretended(folder, `cat ${pathOf("locked-local.jsonl")}; exit 1`), {
      ...{ plan: "plan", json: planJson(), lockTimeout: "0s" },
    });
    expect(lastRun(folder)).toEqual(before);
  });

  test("that is none, or half of one, tells what it can", () => {
    const folder = scratch();
    expect(lastRun(folder)).toBeUndefined();
    write(folder, "apply.jsonl", "nonsense\n");
    expect(lastRun(folder)).toBeUndefined();
    const run = { is: "run", at: "2026-11-21T12:00:00Z", steps: [{ address: "a.b", does: ["create"] }] };
    write(folder, "apply.jsonl", `${JSON.stringify(run)}\n{"is":"begun","at":"2026-`);
    expect(lastRun(folder)).toMatchObject({ how: undefined, outcome: { notBegun: ["a.b"] } });
  });
});

test("how long it waits for the lock", async () => {
  const folder = scratch();
  const variables = pretended(folder, 'echo "$*" > words');
  const words = async (lockTimeout?: string, more: Record<string, string> = {}) => {
    await applyPlan(folder, { ...variables, ...more }, { plan: "p", json: planJson(), lockTimeout });
    return readFileSync(join(folder, "words"), "utf8")
      .replace(/^apply -json -input=false /, "")
      .trim();
  };
  expect(await words()).toBe("-lock-timeout=10s p");
  expect(await words("2m")).toBe("-lock-timeout=2m p");
  expect(await words(undefined, { TF_CLI_ARGS_apply: "-lock-timeout=10m" })).toBe("p");
});

test("a state that could not be written is told of, and closed to others", async () => {
  const folder = scratch();
  write(folder, "errored.tfstate", "{}");
  const variables = pretended(folder, `cat ${pathOf("failed.jsonl")}; exit 1`);
  const { isUnwritten } = await applyPlan(folder, variables, {
    plan: "plan",
    json: planJson(),
    lockTimeout: "0s",
  });
  expect(isUnwritten).toBe(true);
  expect(statSync(join(folder, "errored.tfstate")).mode & 0o777).toBe(0o600);
  expect(existsSync(join(folder, "apply.jsonl"))).toBe(true);
});
