// The state server is gone when an apply wants to write its state.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "../terraform.mjs";
import { nothingLeft, taken } from "./checks.mjs";
import { gateTo } from "./gate.mjs";
import { flat } from "./runs.mjs";
import { FaultSite, good, idsOf } from "./site.mjs";
import { administrator, setting } from "./trap.mjs";

const SERVERS = { pg: "postgres", s3: "s3", http: "http-state" };

/** What a person does then: what Terraform says, or `adopt`, or simply the same again. */
const WAYS = {
  async push({ site, errored }) {
    assert.ok(idsOf(readFileSync(errored, "utf8")).size > site.wanted().length);
    assert.equal(await site.unlock(), site.backend !== "pg");
    await good(site.terraform(["state", "push", "errored.tfstate"]));
  },
  async adopt({ site, cloud }) {
    assert.equal(await site.unlock(), site.backend !== "pg");
    const orphans = await site.orphans(cloud);
    assert.equal(orphans.length, site.wanted().length);
    await taken(
      site,
      orphans.map(({ address }) => address),
    );
    await good(site.apply());
  },
  async again({ site, cloud }) {
    assert.equal(await site.unlock(), site.backend !== "pg");
    const { status, said } = await site.apply("-refresh=false").ended;
    assert.equal(status, 1);
    assert.match(flat(said), /409/);
    // Neutron takes any name twice.
    const names = await site.namesInCloud(cloud);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    assert.deepEqual(twice, site.names("networks"));
    return "twice";
  },
};

const CASES = [
  { backend: "pg", way: "push" },
  { backend: "s3", way: "push" },
  { backend: "http", way: "push" },
  { backend: "s3", way: "adopt" },
  { backend: "pg", way: "again" },
];

test("the state server is gone in the middle of an apply", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  await Promise.all(
    CASES.map(({ backend, way }) =>
      t.test(`${backend}, the way back: ${way}`, async (t) => {
        const gate = await gateTo(setting.port[SERVERS[backend]]);
        t.after(() => gate.stop());
        const site = new FaultSite({
          folder: scratch(t),
          name: `ce-gone-${backend}-${way}`,
          backend,
          size: { roles: 2, groups: 1, flavors: 1, projects: 1, networks: 1 },
          port: gate.port,
        });
        t.after(() => site.sweep(cloud));
        await site.ready();
        const run = site.apply();
        let shut;
        run.on(/: Creation complete/, 2, () => {
          shut = gate.shut();
        });
        const { status, said } = await run.ended;
        await shut;
        assert.equal(status, 1);
        assert.match(flat(said), /Error: Failed to (save|persist) state/);
        assert.match(flat(said), /terraform state push errored\.tfstate/);
        const errored = join(site.folder, "errored.tfstate");
        assert.ok(existsSync(errored));

        await gate.open();
        const made = await WAYS[way]({ site, cloud, errored });
        if (made !== "twice") await nothingLeft(site, cloud);
      }),
    ),
  );
});
