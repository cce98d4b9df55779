// Whole sites are deployed from nothing, plan empty, and are destroyed, by the commands that users type.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { catalogOf } from "./catalogs.mjs";
import { phase } from "./lifecycle.mjs";
import { login } from "./parts/openstack/api.mjs";
import { settingOf } from "./parts/setting.mjs";
import { ready } from "./ready.mjs";
import { Stack } from "./site.mjs";
import { SiteCopy } from "./sites.mjs";
import { home, scratch } from "./terraform.mjs";

const REAL_SITE = join(home, "../shared/real-site");

/** The sites; `mend` takes out what the cloud or the data cannot do. */
const SITES = [
  { environment: "dev", backend: "local", from: home, mend: [] },
  { environment: "micro-cloud", backend: "s3", from: home, mend: [] },
  { environment: "prod-ostrava", backend: "pg", from: home, mend: [stockKeystone] },
  { environment: "dev-beskar", backend: "http", from: REAL_SITE, mend: [stockKeystone, withoutDangling] },
];

for (const { environment, backend, from, mend } of SITES) {
  const skip = existsSync(from) ? false : `${from} is not here`;
  test(`C6: the site ${environment}, its state in ${backend}`, { skip }, async (t) => {
    const site = new SiteCopy({ from, environment, folder: scratch(t), backend });
    for (const change of mend) change(site);
    const name = `${environment}-openstack`;
    const stack = new Stack(join(site.output, "stacks", name));
    await site.cloudEntities("synth", "--output", site.output);
    Object.assign(process.env, secretsOf(stack), site.cloudsYaml());
    const cloud = await login();
    await ready(catalogOf(site.root, environment), cloud, settingOf());
    const before = await inventory(cloud);

    const adopted = await phase(t, "P5: what the new cloud has already is found by adopt", async () => {
      await site.cloudEntities("adopt", name, "--output", site.output);
      const file = join(stack.folder, "imports.tf.json");
      return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).import.map(({ to }) => to) : [];
    });
    await phase(t, "cdktf deploy", async () => {
      const said = await site.cdktf("deploy", name, "--auto-approve");
      assert.match(
        said,
        new RegExp(`Apply complete! Resources: (${adopted.length} imported, )?\\d+ added, `),
      );
    });
    if (stack.isOlder("openstack", "3.2")) {
      await phase(
        t,
        "a network quota of 0 in a new project wants a second deploy (docs/limits.md)",
        async () => {
          const changes = await stack.plan();
          const others = [...changes.values()].filter(({ type }) => type !== "openstack_networking_quota_v2");
          assert.deepEqual(others, []);
          if (changes.size > 0) await site.cdktf("deploy", name, "--auto-approve");
        },
      );
    }
    await phase(t, "cdktf diff: no changes", async () => {
      assert.match(await site.cdktf("diff", name), /No changes\. Your infrastructure matches/);
    });
    await phase(t, "cloud-entities synth and terraform plan: no changes", async () => {
      await site.cloudEntities("synth", "--output", site.output);
      assert.deepEqual(Object.fromEntries(await stack.plan()), {});
    });
    await phase(t, "what was adopted is handed over: forgotten, not destroyed", async () => {
      handOver(site, adopted);
      disableDomains(site);
      await site.cloudEntities("synth", "--output", site.output);
      const changes = await stack.plan();
      const kept = adopted.filter((address) => changes.get(address)?.action === "forget");
      const destroyed = [...changes].filter(
        ([address, { action }]) => action === "delete" && adopted.includes(address),
      );
      assert.deepEqual(
        destroyed.filter(([address]) => !/quota/.test(address)),
        [],
      );
      assert.ok(adopted.length === 0 || kept.length > 0);
      await site.cdktf("deploy", name, "--auto-approve");
    });
    await phase(t, "cdktf destroy", async () => {
      assert.match(
        await site.cdktf("destroy", name, "--auto-approve"),
        /Destroy complete! Resources: \d+ destroyed/,
      );
    });
    await phase(t, "the cloud is as it was before", async () => {
      assert.deepEqual(await inventory(cloud), before);
    });
  });
}

/** The names of all that the cloud holds of what sites make. */
async function inventory(cloud) {
  const lists = {
    domains: ["identity", "/domains"],
    projects: ["identity", "/projects"],
    users: ["identity", "/users"],
    groups: ["identity", "/groups"],
    roles: ["identity", "/roles"],
    role_assignments: ["identity", "/role_assignments"],
    mappings: ["identity", "/OS-FEDERATION/mappings"],
    flavors: ["compute", "/flavors?is_public=None"],
    aggregates: ["compute", "/os-aggregates"],
    networks: ["network", "/networks"],
    subnets: ["network", "/subnets"],
    routers: ["network", "/routers"],
    ports: ["network", "/ports"],
    rbac_policies: ["network", "/rbac-policies"],
    floatingips: ["network", "/floatingips"],
    volume_types: ["volumev3", "/types?is_public=None"],
    qos_specs: ["volumev3", "/qos-specs"],
  };
  const found = {};
  for (const [many, [service, path]] of Object.entries(lists))
    found[many] = (await cloud.get(service, path))[many]
      .map((one) => one.name ?? one.id ?? JSON.stringify(one))
      .sort();
  return found;
}

/** Entities are no longer declared but named as unmanaged; what is derived from them goes. */
function handOver(site, addresses) {
  const catalog = catalogOf(site.root, site.environment);
  const unmanaged = {};
  for (const kind of catalog.kinds.filter((one) => one.unmanaged !== undefined)) {
    for (const [key, { address, files }] of catalog.located(kind)) {
      if (!addresses.includes(`${kind.resource}.${address}`)) continue;
      for (const file of files) rmSync(join(site.root, file));
      const known = site.read("environment.yaml").environment.openstack.unmanaged[kind.unmanaged] ?? [];
      unmanaged[kind.unmanaged] = [...(unmanaged[kind.unmanaged] ?? known), key];
    }
  }
  site.patch("environment.yaml", { environment: { openstack: { unmanaged } } });
}

/** Keystone deletes no domain that is enabled, and the oldest provider does not disable it. */
function disableDomains(site) {
  const folder = "openstack/domains";
  for (const file of readdirSync(site.file(folder)))
    site.patch(join(folder, file), { domain: { enabled: false } });
}

/** Every secret of a stack has a value. */
function secretsOf(stack) {
  const { variable = {} } = JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8"));
  return Object.fromEntries(Object.keys(variable).map((name) => [`TF_VAR_${name}`, `value-of-${name}`]));
}

/** The Keystone here knows no `parent` and `description` in a mapping's projects: sites patch theirs. */
function stockKeystone(site) {
  const folder = "openstack/global-static-identity-mappings";
  for (const file of readdirSync(site.file(folder))) {
    const { rules } = site.read(join(folder, file));
    for (const { local } of rules)
      for (const { projects = [] } of local)
        for (const project of projects) {
          delete project.parent;
          delete project.description;
        }
    site.patch(join(folder, file), { rules });
  }
}

/** The published data names flavors that it does not have. */
function withoutDangling(site) {
  const folder = "openstack/projects-quotas-acls";
  for (const file of readdirSync(site.file(folder), { recursive: true })) {
    if (!file.endsWith(".yaml")) continue;
    const { acls } = site.read(join(folder, file));
    const flavors = acls?.flavors?.filter((flavor) => !String(flavor).startsWith("a3."));
    if (flavors) site.patch(join(folder, file), { acls: { flavors } });
  }
}
