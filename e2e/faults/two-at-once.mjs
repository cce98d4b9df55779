// Two deploys at once: one waits, or is refused; nothing is lost.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "../terraform.mjs";
import { BACKENDS, nothingLeft } from "./checks.mjs";
import { flat } from "./runs.mjs";
import { FaultSite, good } from "./site.mjs";
import { administrator, setting, trapped } from "./trap.mjs";

/** What the one who is refused reads; `owner` whether it tells of the other one, or only of the one who asks. */
const REFUSED = {
  pg: { says: /Error acquiring the state lock .*Workspace is already locked: default/, owner: false },
  s3: { says: /Error acquiring the state lock .*PreconditionFailed/, owner: true },
  http: { says: /Error acquiring the state lock .*HTTP remote state already locked: ID=/, owner: false },
};

test("T5: two deploys at once", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  await Promise.all(
    BACKENDS.map((backend) =>
      t.test(backend, async (t) => {
        const { site, first, release } = await heldUp(t, { cloud, backend });

        await t.test("the second is refused at once", async () => {
          const since = Date.now();
          const { status, said } = await site.apply("-lock-timeout=0s").ended;
          assert.equal(status, 1);
          assert.match(flat(said), REFUSED[backend].says);
          const [, created] = /Created:\s+(\S+ \S+)/.exec(said) ?? [];
          const shown = Date.parse(`${created.replace(" ", "T").slice(0, 23)}Z`);
          assert.equal(shown < since, REFUSED[backend].owner, said);
          assert.match(said, /Who:\s+\S+@\S+/);
        });
        await t.test("so is cdktf's", { skip: backend === "http" ? false : "once is enough" }, async () => {
          const variables = { TF_CLI_ARGS_apply: "-lock-timeout=0s" };
          const { status, said } = await site.cdktf("deploy", { variables }).ended;
          assert.equal(status, 1, said);
          assert.match(said, /Error acquiring the state lock/);
        });
        await t.test("or waits, and finds nothing to do", async () => {
          const second = site.apply("-lock-timeout=60s");
          const waits = new Promise((done) => second.on(/Acquiring state lock/, 1, done));
          await Promise.race([waits, second.ended]);
          assert.match(second.said(), /Acquiring state lock\. This may take a few moments/);
          release();
          await good(first);
          assert.match(await good(second), /Resources: 0 added, 0 changed, 0 destroyed/);
          await nothingLeft(site, cloud);
        });
      }),
    ),
  );
});

test("PostgreSQL: the first deploy of a stack keeps all others out of its database", async (t) => {
  const cloud = await administrator();
  const { site, first, release } = await heldUp(t, { cloud, backend: "pg", name: "ce-new", seeded: false });
  const other = new FaultSite({ folder: scratch(t), name: "ce-oth-pg", backend: "pg", size: "tiny" });
  t.after(() => other.sweep(cloud));
  await other.ready(false);

  await t.test("another stack's deploy is refused", async () => {
    const { status, said } = await other.apply("-lock-timeout=0s").ended;
    assert.equal(status, 1);
    assert.match(
      flat(said),
      /Error acquiring the state lock .*Already locked for workspace creation: default/,
    );
  });
  const psql = program("psql");
  await t.test("PostgreSQL knows who it is", { skip: psql ? false : "no psql" }, () => {
    const asked = spawnSync(psql, [process.env.PG_CONN_STR, "-Atc", OWNERS], { encoding: "utf8" });
    assert.equal(asked.stderr, "");
    assert.match(asked.stdout, /^the first\|127\.0\.0\.1(\/32)?\|/m);
  });
  await t.test("with patience it has its turn", async () => {
    const second = other.apply("-lock-timeout=60s");
    release();
    await Promise.all([good(first), good(second)]);
    await nothingLeft(site, cloud);
    await nothingLeft(other, cloud);
  });
});

const SIZE = { roles: 2, groups: 1, flavors: 0, projects: 1, networks: 1 };

/** Who holds a lock: as docs/faults.md says it. */
const OWNERS =
  "SELECT application_name, client_addr, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'";

/** A deploy that stands still at its first write until it is released. */
async function heldUp(t, { cloud, backend, name = "ce-two", seeded }) {
  const trap = await trapped();
  t.after(() => trap.proxy.stop());
  const variables = { ...trap.variables, PGAPPNAME: "the first" };
  const site = new FaultSite({
    folder: scratch(t),
    name: `${name}-${backend}`,
    backend,
    size: SIZE,
    variables,
  });
  t.after(() => site.sweep(cloud));
  await site.ready(seeded);
  let release;
  const released = new Promise((done) => {
    release = done;
  });
  t.after(release);
  const held = new Promise((done) => {
    trap.arm({
      strike() {
        done();
        return { answered: () => released };
      },
    });
  });
  const first = site.apply();
  await Promise.race([held, first.ended]);
  return { site, first, release };
}

/** A program of PostgreSQL's, installed or unpacked. */
function program(name) {
  const folders = ["/usr/bin", join(setting.unpacked, "postgresql-client-15/usr/lib/postgresql/15/bin")];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
