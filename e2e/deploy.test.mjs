// `deploy` and `unlock` on real state servers, with Terraform's own resource: no provider, no cloud.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dump } from "js-yaml";
import { started } from "./faults/runs.mjs";
import { stateOn } from "./sites.mjs";
import { home, QUIET, scratch, terraform, write } from "./terraform.mjs";

const BACKENDS = ["local", "http", "pg"];

/** A secret that is never to be seen. */
const CANARY = 'canary-8d1f-7b"quoted';

/** Names are new in every run: a state of an earlier run does not matter. */
const RUN = Date.now().toString(36).slice(-4);

/** A site whose only stack has what a test gives it, as `imports.tf.json` would stand beside the stack's JSON. */
class Tiny {
  constructor(t, { backend = "local", name = "tiny", environments = ["a"], resources = {} } = {}) {
    this.root = scratch(t);
    this.output = join(this.root, "cdktf.out");
    this.names = environments.map((environment) => `${name}-${environment}-${RUN}`);
    for (const environment of this.names)
      write(this.root, {
        [`environments/${environment}/environment.yaml`]: dump({
          environment: {
            name: environment,
            state: stateOn(backend, this.root),
            grafana: { url: "https://grafana.example.org" },
          },
        }),
      });
    this.stacks = this.names.map((environment) => `${environment}-grafana`);
    this.stack = this.stacks[0];
    this.variables = { TF_VAR_canary: CANARY };
    for (const stack of this.stacks) this.has(resources, stack);
  }

  folder(stack = this.stack) {
    return join(this.output, "stacks", stack);
  }

  /** Writes what a stack has: by name, `{ input, seconds, until, fails, after }`; `until` waits for a file of that path. */
  has(resources, stack = this.stack) {
    const blocks = Object.entries(resources).map(([name, { input = name, seconds, until, fails, after }]) => [
      name,
      {
        input,
        ...(after && { depends_on: [`terraform_data.${after}`] }),
        ...((seconds || until || fails) && {
          provisioner: [
            {
              "local-exec": {
                command: fails
                  ? 'echo "it is $CANARY" >&2; exit 1'
                  : until
                    ? `until [ -e '${until}' ]; do sleep 0.1; done`
                    : `exec sleep ${seconds}`,
                environment: { CANARY: "${nonsensitive(var.canary)}" },
              },
            },
          ],
        }),
      },
    ]);
    write(this.folder(stack), {
      "extra.tf.json": JSON.stringify({
        variable: { canary: { type: "string", sensitive: true } },
        resource: blocks.length > 0 ? { terraform_data: Object.fromEntries(blocks) } : undefined,
      }),
    });
  }

  environment() {
    return { ...process.env, ...QUIET, CLOUD_ENTITIES_AS_OF: "2026-11-21", ...this.variables };
  }

  /** Starts `cloud-entities`. What it says never holds the canary. */
  start(verb, ...words) {
    const args = [
      join(home, "bin/cloud-entities.mjs"),
      verb,
      ...words,
      "--root",
      this.root,
      "--output",
      this.output,
    ];
    const run = started(process.execPath, args, { cwd: this.root, env: this.environment() });
    return {
      ...run,
      ended: run.ended.then((end) => {
        assert.ok(!end.said.includes("canary-8d1f"), end.said);
        return end;
      }),
    };
  }

  run(verb, ...words) {
    return this.start(verb, ...words).ended;
  }

  /** Plans every stack, as the one does who reviews it, and returns the review. */
  async reviewed() {
    if (!existsSync(join(this.folder(), "cdk.tf.json"))) await this.run("synth");
    const { status, said } = await this.run("plan");
    assert.equal(status, 0, said);
    return JSON.parse(readFileSync(join(this.output, "review.json"), "utf8"));
  }

  /** The names of what is in the state. */
  async state(stack = this.stack) {
    const state = JSON.parse((await terraform(this.folder(stack), "state", "pull")) || "{}");
    return (state.resources ?? []).map(({ name }) => name).sort();
  }

  journal(stack = this.stack) {
    return readFileSync(join(this.folder(stack), "apply.jsonl"), "utf8");
  }
}

/** Waits until something is so, at most until a run has ended. */
async function until(is, what, run) {
  let ended;
  run?.ended.then(({ said }) => {
    ended = said;
  });
  for (const end = Date.now() + 30_000; !(await is()); await sleep(50)) {
    if (ended !== undefined && !(await is())) throw new Error(`${what}: it ended before\n${ended}`);
    if (Date.now() > end) throw new Error(`${what}: not within 30 s`);
  }
}

const journals = (site, pattern) => () =>
  existsSync(join(site.folder(), "apply.jsonl")) && pattern.test(site.journal());

/** The process of Terraform that the journal names. */
const pidIn = (site) => Number(/"is":"runs",.*?"pid":(\d+)/.exec(site.journal())[1]);

const lives = (pid) => existsSync(`/proc/${pid}`);

for (const backend of BACKENDS)
  test(`on ${backend}`, async (t) => {
    const site = new Tiny(t, { backend, name: `tiny-${backend}`, resources: { one: {}, two: {} } });

    await t.test("the plan that was reviewed is applied, and is nobody else's to read", async () => {
      await site.reviewed();
      assert.equal(statSync(join(site.folder(), "plan")).mode & 0o777, 0o600);
      const { status, said } = await site.run("deploy");
      assert.equal(status, 0, said);
      assert.match(said, /^\S+: terraform_data\.one created$/m);
      assert.match(said, /^\S+: applied, 2 objects$/m);
      assert.deepEqual(await site.state(), ["one", "two"]);
      assert.equal(statSync(join(site.folder(), "apply.jsonl")).mode & 0o777, 0o600);
      assert.deepEqual(
        readdirSync(site.folder()).filter((name) => /^plan\./.test(name)),
        [],
      );
      assert.equal((await site.run("unlock", site.stack)).said, `${site.stack}: nobody holds the lock\n`);
    });

    await t.test("again there is nothing to do", async () => {
      const { status, said } = await site.run("deploy");
      assert.equal(status, 0, said);
      assert.match(said, /: nothing to do\n$/);
    });

    await t.test("a stale plan that still says the same is made anew and applied", async () => {
      site.has({ one: {}, two: {}, three: { input: "a" } });
      await site.reviewed();
      // The state moves, and nothing of what was planned.
      await terraform(site.folder(), "taint", "terraform_data.one");
      await terraform(site.folder(), "untaint", "terraform_data.one");
      const { status, said } = await site.run("deploy");
      assert.equal(status, 0, said);
      assert.deepEqual(await site.state(), ["one", "three", "two"]);
    });

    await t.test("one that says another thing is refused, in words", async () => {
      site.has({ one: {}, two: { input: "b" }, three: { input: "a" } });
      await site.reviewed();
      await terraform(site.folder(), "taint", "terraform_data.one");
      const { status, said } = await site.run("deploy");
      assert.equal(status, 4, said);
      assert.match(said, /the plan is not the reviewed one/);
      assert.match(said, /terraform_data\.one/);
      assert.doesNotMatch(said, /terraform_data\.two/);
      await terraform(site.folder(), "untaint", "terraform_data.one");
    });

    await t.test("without a plan it is made; a digest is enough", async () => {
      const { digest } = await site.reviewed();
      rmSync(join(site.folder(), "plan"));
      rmSync(join(site.output, "review.json"));
      assert.equal((await site.run("deploy")).status, 4);
      const wrong = await site.run("deploy", "--reviewed", `sha256:${"0".repeat(64)}`);
      assert.equal(wrong.status, 4, wrong.said);
      const { status, said } = await site.run("deploy", "--reviewed", digest);
      assert.equal(status, 0, said);
      assert.match(said, /terraform_data\.two changed/);
    });

    await t.test("a held lock: who, since when, and 3", async (held) => {
      const gate = join(site.root, "gate");
      held.after(() => writeFileSync(gate, ""));
      site.has({ one: {}, two: { input: "b" }, three: { input: "a" }, slow: { until: gate } });
      await site.reviewed();
      const first = site.start("deploy");
      await until(journals(site, /"begun"/), "the first deploy begins", first);
      // From another folder, as another job would.
      const elsewhere = new Tiny(t, { backend, name: `tiny-${backend}` });
      if (backend === "local") {
        const file = join(elsewhere.root, `environments/${elsewhere.names[0]}/environment.yaml`);
        writeFileSync(file, readFileSync(file, "utf8").replaceAll(elsewhere.root, site.root));
      }
      elsewhere.has({ one: {}, two: { input: "b" }, three: { input: "a" }, other: {} });
      await elsewhere.reviewed();
      const second = await elsewhere.run("deploy", "--lock-timeout", "0s");
      assert.equal(second.status, 3, second.said);
      assert.match(second.said, /nothing was done: the state is locked by \S/);
      if (backend !== "pg" || existsSync("/usr/bin/psql"))
        assert.match(second.said, /since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC \(\d+ seconds?\)/);
      const refused = await elsewhere.run("unlock", elsewhere.stack);
      assert.equal(refused.status, 4, refused.said);
      assert.match(refused.said, /not freed: /);
      const own = await site.run("unlock", site.stack);
      assert.equal(own.status, 4, own.said);
      assert.match(own.said, /still works|goes with the run that took it/);
      const forced = await site.run("unlock", site.stack, "--id", "11111111-aaaa");
      assert.equal(forced.status, 4, forced.said);
      writeFileSync(gate, "");
      const { status, said } = await first.ended;
      assert.equal(status, 0, said);
    });

    await t.test("two deploys at once: one after the other, and the second has nothing to do", async () => {
      site.has({
        one: {},
        two: { input: "b" },
        three: { input: "a" },
        slow: { input: "c" },
        // Only what is new is waited for.
        four: { seconds: 3 },
      });
      await site.reviewed();
      const both = [site.run("deploy", "--lock-timeout", "60s"), site.run("deploy", "--lock-timeout", "60s")];
      const [one, other] = await Promise.all(both);
      const codes = [one.status, other.status].sort();
      assert.deepEqual(codes, [0, 0], `${one.said}\n${other.said}`);
      assert.match(one.said + other.said, /nothing to do/);
      assert.deepEqual(await site.state(), ["four", "one", "slow", "three", "two"]);
    });

    await t.test("interrupted: what has begun is ended, and told", async () => {
      site.has({ quick: {}, long: { seconds: 30 }, later: { after: "long" } });
      await site.reviewed();
      const run = site.start("deploy");
      await until(journals(site, /"begun",.*"address":"terraform_data.long"/), "it begins", run);
      const pid = pidIn(site);
      run.signal("SIGINT");
      const { status, said } = await run.ended;
      assert.equal(status, 3, said);
      assert.match(said, /: interrupted\n/);
      assert.match(said, /not begun: 1 object\n {4}terraform_data\.later\n/);
      assert.match(said, /Next: .*\n.*cloud-entities adopt /);
      assert.ok(!lives(pid));
      assert.equal((await site.run("unlock", site.stack)).said, `${site.stack}: nobody holds the lock\n`);
      assert.ok((await site.state()).includes("quick"));
    });

    await t.test("killed: Terraform ends well by itself, and the next run tells", async () => {
      site.has({ early: {}, hang: { seconds: 30 } });
      await site.reviewed();
      const run = site.start("deploy");
      await until(journals(site, /"begun",.*"address":"terraform_data.hang"/), "it begins", run);
      const pid = pidIn(site);
      run.signal("SIGKILL", { alone: true });
      await run.ended;
      await until(() => !lives(pid), "Terraform ends");
      assert.match((await site.run("unlock", site.stack)).said, /^\S+: nobody holds the lock\n/);
      const { status, said } = await site.run("deploy");
      assert.equal(status, 4, said);
      assert.match(said, /the deploy of \S+ \S+ UTC was killed/);
      assert.match(said, /begun, and it is not known how it ended: 1 object\n {4}terraform_data\.hang/);
      site.has({ early: {}, hang: { seconds: 1 } });
      await site.reviewed();
      const again = await site.run("deploy");
      assert.equal(again.status, 0, again.said);
    });

    await t.test("killed with Terraform: the lock is that of a dead run, and is freed", async () => {
      site.has({ wait: { seconds: 30 } });
      rmSync(join(site.folder(), "apply.jsonl"));
      await site.reviewed();
      const run = site.start("deploy");
      await until(journals(site, /"begun",.*"address":"terraform_data.hang"/), "it begins", run);
      const pid = pidIn(site);
      process.kill(pid, "SIGKILL");
      const { status, said } = await run.ended;
      assert.equal(status, 3, said);
      assert.match(said, /terraform was killed/);
      const unlocked = await site.run("unlock", site.stack);
      assert.equal(unlocked.status, 0, unlocked.said);
      if (backend === "http") assert.match(unlocked.said, /freed: process \d+ on \S+, .* has ended/);
      else assert.match(unlocked.said, /nobody holds the lock/);
      assert.match(unlocked.said, /was killed/, "the next run tells");
    });
  });

test("a secret in an error of Terraform's is not shown, and one environment does not stop another", async (t) => {
  const site = new Tiny(t, { environments: ["a", "b"] });
  site.has({ bad: { fails: true }, fine: {} }, site.stacks[0]);
  site.has({ well: {} }, site.stacks[1]);
  await site.reviewed();
  // What was planned holds it: the job that deploys need not.
  site.variables = {};
  const { status, said } = await site.run("deploy");
  assert.equal(status, 3, said);
  assert.match(said, /terraform_data\.bad: local-exec provisioner error: .*it is …/);
  assert.match(said, /failed: 1 object\n {4}terraform_data\.bad\n/);
  assert.match(said, /-b-\S+: applied, 1 object/);
  assert.ok(!site.journal().includes("canary"));
});

test("a lock of nobody that is known is freed only by its id", async (t) => {
  const site = new Tiny(t, { backend: "http", name: "stray", resources: { one: {} } });
  await site.reviewed();
  const address = `${process.env.E2E_HTTP_STATE}/${site.stack}/lock`;
  const login = Buffer.from(`somebody:${process.env.TF_HTTP_PASSWORD}`).toString("base64");
  const lock = {
    ID: "stray-1",
    Operation: "OperationTypeApply",
    Info: "",
    Who: "x@y",
    Version: "1",
    Created: "",
    Path: "",
  };
  const headers = { authorization: `Basic ${login}`, "content-type": "application/json" };
  const taken = await fetch(address, { method: "POST", headers, body: JSON.stringify(lock) });
  assert.equal(taken.status, 200);
  const refused = await site.run("unlock", site.stack);
  assert.equal(refused.status, 4, refused.said);
  assert.match(refused.said, /locked by somebody since .*, ID stray-1/);
  assert.match(refused.said, /If you made sure that it is dead: npx cloud-entities unlock \S+ --id stray-1/);
  const wrong = await site.run("unlock", site.stack, "--id", "stray-2");
  assert.equal(wrong.status, 4, wrong.said);
  const freed = await site.run("unlock", site.stack, "--id", "stray-1");
  assert.equal(freed.status, 0, freed.said);
  assert.equal((await site.run("deploy")).status, 0);
});
