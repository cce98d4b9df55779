// `cdktf synth` and `cloud-entities synth` write the same bytes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { home, QUIET, run, scratch, synth } from "./terraform.mjs";

test("the same bytes by cdktf and by cloud-entities", async (t) => {
  const [ours, theirs] = [scratch(t), scratch(t)];
  await synth(home, ours);
  await run(
    process.execPath,
    [join(home, "node_modules/cdktf-cli/bundle/bin/cdktf.js"), "synth", "--output", theirs],
    { cwd: home, env: { ...process.env, ...QUIET } },
  );
  const stacks = readdirSync(join(ours, "stacks"));
  assert.deepEqual(readdirSync(join(theirs, "stacks")), stacks);
  assert.ok(stacks.length > 0);
  for (const stack of stacks) {
    const [one, other] = [ours, theirs].map((folder) =>
      readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"),
    );
    assert.equal(other, one, stack);
  }
});
