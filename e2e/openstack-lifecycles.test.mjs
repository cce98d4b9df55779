// Every OpenStack kind is created, planned empty, changed, seen to drift, and destroyed.
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { live, livesOf } from "./lifecycle.mjs";
import { login } from "./parts/openstack/api.mjs";
import { registerHosts } from "./parts/openstack.mjs";
import { settingOf } from "./parts/setting.mjs";
import { Site } from "./site.mjs";
import { scratch } from "./terraform.mjs";

/** Hosts that aggregates of the lives hold; a host that is known already stays as it is. */
const HOSTS = [1, 2, 3, 4].map((number) => `life-cmp${number}`);

test("Q11, F1, F4: the lives of the OpenStack kinds", async (t) => {
  process.env.TF_VAR_life_first = "life-first-password";
  process.env.TF_VAR_life_second = "life-second-password";
  registerHosts(settingOf(), HOSTS);
  const site = new Site(scratch(t), {
    name: "life",
    state: { backend: "pg", schema_name: `{stack}_${randomBytes(4).toString("hex")}` },
    openstack: {
      region: process.env.OS_REGION_NAME,
      services: ["compute", "volume", "network", "load-balancer", "key-manager"],
      capabilities: { rest: true, volume_groups: true, l7_quota: true },
      unmanaged: {
        domains: ["Default"],
        projects: ["Default/admin"],
        users: ["Default/admin"],
        roles: ["reader", "member"],
        "volume-types": ["__DEFAULT__"],
      },
    },
  });
  await live(t, { site, provider: "openstack", lives: livesOf("openstack"), cloud: await login() });
});
