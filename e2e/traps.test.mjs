// Traps of providers, Terraform and cdktf that no life walks into, each with its number in docs/traps.md.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { login } from "./parts/openstack/api.mjs";
import { Site } from "./site.mjs";
import { temporaryFolder, terraform } from "./terraform.mjs";

/** A site with some files, deployed; it is destroyed after the test. */
async function deployed(t, files, more = {}) {
  const folder = temporaryFolder();
  const name = `trap-${randomBytes(3).toString("hex")}`;
  const site = new Site(folder, {
    name,
    state: { backend: "local", path: join(folder, "state/{stack}") },
    openstack: { region: process.env.OS_REGION_NAME, ...more },
  });
  site.write(files);
  const stack = site.stack("openstack");
  t.after(async () => {
    await terraform(stack.folder, "destroy", "-auto-approve", "-no-color");
    rmSync(folder, { recursive: true, force: true });
  });
  await redeployed(site, stack);
  return { site, stack };
}

async function redeployed(site, stack) {
  await site.synth();
  await stack.init();
  await stack.plan();
  await stack.apply();
}

test("V1: a QoS association that vanished outside stops every plan, until it is taken out of the state", async (t) => {
  const { stack } = await deployed(t, {
    "openstack/volume-qoses/trap-slow.yaml": {
      "volume-qos": { name: "trap-slow", specs: { total_iops_sec: "10" } },
    },
    "openstack/volume-types/trap-type.yaml": {
      "volume-type": { name: "trap-type", is_public: true, qos: "trap-slow" },
    },
  });
  const cloud = await login();
  const state = await stack.state();
  const type = state.get("openstack_blockstorage_volume_type_v3.trap_type").id;
  const qos = state.get("openstack_blockstorage_qos_v3.trap_slow").id;
  await cloud.call("GET", "volumev3", `/qos-specs/${qos}/disassociate?vol_type_id=${type}`);
  await assert.rejects(stack.plan(), /openstack_blockstorage_qos_association_v3/);
  const address = "openstack_blockstorage_qos_association_v3.trap_type_trap_slow";
  await terraform(stack.folder, "state", "rm", address);
  const changes = await stack.plan();
  assert.deepEqual(
    [...changes].map(([where, { action }]) => [where, action]),
    [[address, "create"]],
  );
  await stack.apply();
  assert.equal((await stack.plan()).size, 0);
});

test("Q4, Q9: a quota stays when its file lets go of it, and may be less than what is used", async (t) => {
  const path = "openstack/projects-quotas-acls/Default/trap-quota.yaml";
  const { site, stack } = await deployed(
    t,
    {
      [path]: {
        metadata: { contacts: ["trap@example.org"] },
        project: { name: "trap-quota", domain: "Default" },
        quota: { network: 3, volumes: 5 },
      },
    },
    { unmanaged: { domains: ["Default"] } },
  );
  const cloud = await login();
  const project = (await stack.state()).get("openstack_identity_project_v3.Default_trap_quota").id;
  const { network } = await cloud.call("POST", "network", "/networks", {
    network: { name: "trap-quota", tenant_id: project },
  });
  t.after(() => cloud.call("DELETE", "network", `/networks/${network.id}`));
  site.patch(path, { quota: { network: 0, volumes: null } });
  await site.synth();
  const changes = await stack.plan();
  assert.deepEqual(Object.fromEntries([...changes].map(([address, { action }]) => [address, action])), {
    "openstack_blockstorage_quotaset_v3.Default_trap_quota_blockstorage_quota_1": "delete",
    "openstack_networking_quota_v2.Default_trap_quota_networking_quota_1": "update",
  });
  await stack.apply();
  const { quota_set } = await cloud.get("volumev3", `/os-quota-sets/${project}`);
  const { quota } = await cloud.get("network", `/quotas/${project}`);
  assert.deepEqual([quota_set.volumes, quota.network], [5, 0]);
});

test("T4: a saved plan is refused once the state has moved on", async (t) => {
  const flavor = { vcpus: 1, ram: 512, disk: 1, is_public: true };
  const path = "openstack/flavors/trap-stale.yaml";
  const { site, stack } = await deployed(t, { [path]: { flavor: { name: "trap-stale", ...flavor } } });
  site.patch(path, { flavor: { description: "planned" } });
  await site.synth();
  await terraform(stack.folder, "plan", "-no-color", "-out=reviewed");
  site.patch(path, { flavor: { description: "faster" } });
  await redeployed(site, stack);
  await assert.rejects(terraform(stack.folder, "apply", "-no-color", "reviewed"), /[Ss]aved plan is stale/);
  const { id } = (await stack.state()).get("openstack_compute_flavor_v2.trap_stale");
  const { flavor: live } = await (await login()).get("compute", `/flavors/${id}`);
  assert.equal(live.description, "faster");
});

test("P1: what a project holds outlives it", async (t) => {
  const { site, stack } = await deployed(
    t,
    {
      "openstack/projects-quotas-acls/Default/trap-left.yaml": {
        metadata: { contacts: ["trap@example.org"] },
        project: { name: "trap-left", domain: "Default" },
      },
    },
    { unmanaged: { domains: ["Default"] } },
  );
  const cloud = await login();
  const project = (await stack.state()).get("openstack_identity_project_v3.Default_trap_left").id;
  const { network } = await cloud.call("POST", "network", "/networks", {
    network: { name: "trap-orphan", tenant_id: project },
  });
  t.after(() => cloud.call("DELETE", "network", `/networks/${network.id}`));
  site.patch("openstack/projects-quotas-acls/Default/trap-left.yaml", null);
  await redeployed(site, stack);
  assert.equal(await cloud.code("identity", `/projects/${project}`), 404);
  const { network: orphan } = await cloud.get("network", `/networks/${network.id}`);
  assert.equal(orphan.tenant_id, project);
});

test("P3: an enabled domain is removed in two deploys by providers before 3.0", async (t) => {
  const path = "openstack/domains/trap-domain.yaml";
  const { site, stack } = await deployed(t, { [path]: { domain: { name: "trap-domain" } } });
  const enabled = { domain: { name: "trap-domain" } };
  site.patch(path, null);
  await site.synth();
  await stack.plan();
  if (stack.isOlder("openstack", "3.0")) {
    await assert.rejects(stack.apply(), /domain|403/i);
    site.write({ [path]: { domain: { ...enabled.domain, enabled: false } } });
    await redeployed(site, stack);
    site.patch(path, null);
    await site.synth();
    await stack.plan();
  }
  await stack.apply();
  const { domains } = await (await login()).get("identity", "/domains?name=trap-domain");
  assert.deepEqual(domains, []);
});

test("N1: everybody sees an external network, whatever the files grant", async (t) => {
  const { stack } = await deployed(t, {
    "openstack/networks/trap-out.yaml": { network: { name: "trap-out", external: true } },
  });
  const network = (await stack.state()).get("openstack_networking_network_v2.trap_out").id;
  const { rbac_policies } = await (await login()).get("network", `/rbac-policies?object_id=${network}`);
  assert.deepEqual(
    rbac_policies.map(({ action, target_tenant }) => [action, target_tenant]),
    [["access_as_external", "*"]],
  );
  // It is none of ours, so it is in no plan.
  assert.equal((await stack.plan()).size, 0);
});
