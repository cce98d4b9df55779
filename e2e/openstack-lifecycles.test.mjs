// Every OpenStack kind is created, planned empty, changed, seen to drift, and destroyed.
import { test } from "node:test";
import { live, livesOf } from "./lifecycle.mjs";
import { login } from "./parts/openstack/api.mjs";
import { Site } from "./site.mjs";
import { scratch } from "./terraform.mjs";

test("the lives of the OpenStack kinds", async (t) => {
  const site = new Site(scratch(t), {
    name: "life",
    state: { backend: "local", path: "state/{stack}.tfstate" },
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
