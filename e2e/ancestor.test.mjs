// A state that somebody else's HCL wrote, with the oldest provider there is, is taken over without a change.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { phase } from "./lifecycle.mjs";
import { registerHosts } from "./parts/openstack.mjs";
import { settingOf } from "./parts/setting.mjs";
import { Site } from "./site.mjs";
import { home, scratch, terraform, write } from "./terraform.mjs";

const HERE = join(home, "e2e/ancestor");
const HCL = readFileSync(join(HERE, "main.tf"), "utf8");
const OLDEST = "1.54.1";

test("Q7: the state of the published ancestor's HCL plans empty", async (t) => {
  const folder = scratch(t);
  const state = join(folder, "old-openstack.tfstate");
  process.env.TF_VAR_openstack_identity_user_v3_old_robot_password = "old-robot-password";
  registerHosts(settingOf(), ["old-cmp1", "old-cmp2"]);
  const site = new Site(folder, {
    name: "old",
    state: { backend: "local", path: join(folder, "{stack}.tfstate") },
    openstack: {
      region: process.env.OS_REGION_NAME,
      capabilities: { volume_groups: true },
      unmanaged: { roles: ["reader"] },
    },
  });
  const stack = site.stack("openstack");
  await phase(t, "its HCL is applied", async () => {
    const hcl = HCL.replace("STATE", state);
    const oldest = { "main.tf": hcl.replace("VERSION", OLDEST) };
    write(join(folder, "hcl"), oldest);
    // A mirror of one's own may have newer providers only.
    await terraform(join(folder, "hcl"), "init", "-no-color").catch(() => {
      write(join(folder, "hcl"), { "main.tf": hcl.replace("VERSION", `>= ${OLDEST}`) });
      return terraform(join(folder, "hcl"), "init", "-no-color");
    });
    await terraform(join(folder, "hcl"), "apply", "-auto-approve", "-no-color");
  });
  await phase(t, "what we emit for the same site changes nothing in it", async () => {
    site.write(load(readFileSync(join(HERE, "site.yaml"), "utf8")));
    await site.synth();
    await stack.init();
    assert.deepEqual(Object.fromEntries(await stack.plan()), {});
    const theirs = [...(await stack.state()).keys()].filter((address) => !address.startsWith("data."));
    assert.equal(theirs.length, HCL.match(/^resource /gm).length);
  });
  await phase(t, "and everything is destroyed by our hands", async () => {
    site.patch("openstack/domains/old_cz.yaml", { domain: { enabled: false } });
    await site.synth();
    await stack.plan();
    await stack.apply();
    await stack.plan("-destroy");
    await stack.apply();
  });
});
