// `cdktf synth` and `cloud-entities synth` write the same bytes.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { home, QUIET, run, scratch, synth, write } from "./terraform.mjs";

/** `cdktf synth` of this checkout's app into a folder. */
function cdktfSynth(output, variables = {}) {
  const cli = join(home, "node_modules/cdktf-cli/bundle/bin/cdktf.js");
  const env = { ...process.env, ...QUIET, ...variables };
  return run(process.execPath, [cli, "synth", "--output", output], { cwd: home, env });
}

test("the same bytes by cdktf and by cloud-entities", async (t) => {
  const [ours, theirs] = [scratch(t), scratch(t)];
  await synth(home, ours);
  await cdktfSynth(theirs);
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

test("C5: a stack that is not made takes its folder along, and leaves its state and import blocks of others", async (t) => {
  const root = scratch(t);
  const output = join(root, "cdktf.out");
  const environment = (name) =>
    `environment: {name: ${name}, state: {backend: local, path: "state/{stack}.tfstate"}, openstack: {}}\n`;
  const flavor = "flavor: {name: kept, vcpus: 1, ram: 512, disk: 1, is_public: true}\n";
  write(root, {
    "environments/one/environment.yaml": environment("one"),
    "environments/two/environment.yaml": environment("two"),
    "environments/two/openstack/flavors/kept.yaml": flavor,
  });
  await cdktfSynth(output, { CLOUD_ENTITIES_ROOT: root });
  const stack = (name) => join(output, "stacks", `${name}-openstack`);
  const { backend } = JSON.parse(readFileSync(join(stack("one"), "cdk.tf.json"), "utf8")).terraform;
  const state = join(stack("one"), backend.local.path);
  const imports = '{"import": [{"to": "openstack_compute_flavor_v2.kept", "id": "1"}]}';
  write(root, { "state/one-openstack.tfstate": "{}" });
  write(stack("two"), { "imports.tf.json": imports });
  assert.equal(state, join(root, "state/one-openstack.tfstate"));
  await cdktfSynth(output, { CLOUD_ENTITIES_ROOT: root, CLOUD_ENTITIES_ENVIRONMENT: "two" });
  assert.ok(!existsSync(stack("one")));
  assert.ok(existsSync(state));
  assert.equal(readFileSync(join(stack("two"), "imports.tf.json"), "utf8"), imports);
});
