/** How plans are made, with a pretended terraform. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { TerraformError } from "../../terraform/messages";
import { besideEachOther, dropPlan, planStack, takePlan } from "../../terraform/plan";
import { initialise } from "../../terraform/program";
import { pathOf, pretended, SECRET, scratch, write } from "./recorded";

const PLANS = `case "$1" in plan) echo planned > plan; echo drift > plan.drift;; show) cat ${pathOf("plan.json")};; esac`;

test("a plan is read, and nobody else may read it", async () => {
  const folder = scratch();
  const events: string[] = [];
  const json = await planStack(folder, pretended(folder, PLANS), { onEvent: ({ is }) => events.push(is) });
  expect(json).toHaveProperty("resource_changes");
  expect(statSync(join(folder, "plan")).mode & 0o777).toBe(0o600);
  expect(events).toEqual(["init", "done"]);
});

test("what changed outside takes no plan's place", async () => {
  const folder = scratch();
  const variables = pretended(folder, PLANS.replace("echo planned > plan;", ""));
  await planStack(folder, variables, { refreshOnly: true });
  expect(readdirSync(folder)).toEqual(["terraform"]);
});

test("each error of Terraform's is a sentence with its address, without secrets", async () => {
  const folder = scratch();
  const errors = [
    { severity: "error", summary: "Invalid value", detail: `no\n${SECRET}.`, address: "a.b" },
    { severity: "error", summary: "Bad.", detail: "" },
    { severity: "warning", summary: "Old", detail: "" },
  ];
  const lines = errors.map((diagnostic) => JSON.stringify({ type: "diagnostic", diagnostic })).join("\n");
  write(folder, "lines", lines);
  const variables = pretended(folder, `[ "$1" = init ] || { cat ${folder}/lines; exit 1; }`);
  const error: unknown = await planStack(folder, variables).catch((failed: unknown) => failed);
  expect(error).toBeInstanceOf(TerraformError);
  expect((error as TerraformError).sentences).toEqual(["a.b: Invalid value: no …", "Bad"]);
});

test("OpenTofu takes the file by an option", async () => {
  const folder = scratch();
  const script = PLANS.replace("show)", 'show) [ "$4" = "-plan=plan" ] || exit 1;');
  expect(await planStack(folder, pretended(folder, script))).toHaveProperty("format_version", "1.2");
});

test("a format that nobody knows is refused", async () => {
  const folder = scratch();
  const variables = pretended(folder, PLANS.replace(/cat [^;]+/, 'echo \'{"format_version": "2.0"}\''));
  await expect(planStack(folder, variables)).rejects.toThrow("the plan's format is 2.0; only 1.x is known");
});

test("folders are readied one after the other, and a failure keeps no other from it", async () => {
  const folder = scratch();
  const variables = pretended(
    folder,
    `[ -e busy ] && echo "Error: two at once"; touch busy; sleep 0.1; rm busy; [ "$TF_VAR_fails" = 1 ] && exit 1; echo x >> done`,
  );
  const runs = [variables, { ...variables, TF_VAR_fails: "1" }, variables].map((some) =>
    initialise(folder, some),
  );
  const ends = await Promise.allSettled(runs);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(readFileSync(join(folder, "done"), "utf8")).toBe("x\nx\n");
});

test("many are done beside each other, but not all at once", async () => {
  let [now, most] = [0, 0];
  const results = await besideEachOther([1, 2, 3, 4, 5], 2, async (one) => {
    most = Math.max(most, ++now);
    await new Promise((done) => setTimeout(done, 5));
    now--;
    return one * 2;
  });
  expect({ results, most }).toEqual({ results: [2, 4, 6, 8, 10], most: 2 });
});

test("a plan is taken as it is, and copies of the dead go", () => {
  const folder = scratch();
  expect(takePlan(folder)).toBeUndefined();
  write(folder, "plan", "1");
  write(folder, "plan.999999999", "old");
  const copy = takePlan(folder) ?? "";
  write(folder, "plan", "2");
  expect(readFileSync(join(folder, copy), "utf8")).toBe("1");
  expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o600);
  expect(existsSync(join(folder, "plan.999999999"))).toBe(false);
  dropPlan(folder, copy);
  expect(readdirSync(folder)).toEqual(["plan"]);
});
