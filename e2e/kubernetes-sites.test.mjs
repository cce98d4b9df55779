// The Kubernetes stacks of whole sites are deployed from nothing, plan empty, and are destroyed, by the commands that users
// type. Their charts are stand-ins of the same names and versions, which show the values that reach them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dump, load } from "js-yaml";
import { catalogOf, specsOf } from "./catalogs.mjs";
import { writeChart } from "./charts.mjs";
import { phase } from "./lifecycle.mjs";
import { login } from "./parts/kubernetes/api.mjs";
import { merged, Stack } from "./site.mjs";
import { SiteCopy } from "./sites.mjs";
import { home, scratch, write } from "./terraform.mjs";

const SITES = [
  { environment: "micro-cloud", backend: "s3" },
  { environment: "prod-ostrava", backend: "pg" },
];

const kubeconfig = load(readFileSync(process.env.KUBECONFIG, "utf8"));
const cloud = login();

for (const { environment, backend } of SITES) {
  test(`H5, H6, C6: the Kubernetes of ${environment}, its state in ${backend}`, async (t) => {
    const folder = scratch(t);
    const site = new SiteCopy({ from: home, environment, folder, backend });
    const name = `${environment}-kubernetes`;
    const stack = new Stack(join(site.output, "stacks", name));
    useHome(folder, environment);
    vendorCharts(site);
    await site.cloudEntities("synth", "--output", site.output);
    const secrets = secretsOf(stack);
    for (const [secret, value] of Object.entries(secrets)) process.env[`TF_VAR_${secret}`] = value;
    const before = await inventory();
    const releases = specsOf(catalogOf(site.root, environment), "helm-release");
    /** What was printed; no secret may be in it. */
    const said = [];

    await phase(t, "cdktf deploy", async () => {
      said.push(await site.cdktf("deploy", name, "--auto-approve"));
      assert.match(said.at(-1), /Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);
    });
    await t.test("H4, C3: every release got its values, byte for byte", async () => {
      for (const [key, spec] of releases) {
        const { config } = await releaseOf(spec);
        assert.deepEqual(config ?? {}, expectedValues(spec, secrets), key);
      }
    });
    await t.test("what a release depends on was installed before it", async () => {
      const began = new Map();
      for (const [key, spec] of releases) began.set(key, (await releaseOf(spec)).info.first_deployed);
      for (const [key, spec] of releases)
        for (const earlier of spec["depends-on"])
          assert.ok(Date.parse(began.get(earlier)) < Date.parse(began.get(key)), `${earlier}, then ${key}`);
    });
    await phase(t, "cdktf diff: no changes", async () => {
      said.push(await site.cdktf("diff", name));
      assert.match(said.at(-1), /No changes\. Your infrastructure matches/);
    });
    await phase(t, "cloud-entities synth and terraform plan: no changes", async () => {
      said.push(await site.cloudEntities("synth", "--output", site.output));
      assert.deepEqual(Object.fromEntries(await stack.plan()), {});
    });
    await phase(t, "cdktf destroy", async () => {
      said.push(await site.cdktf("destroy", name, "--auto-approve"));
      assert.match(said.at(-1), /Destroy complete! Resources: \d+ destroyed/);
    });
    await t.test("no secret was printed", () => {
      assert.deepEqual(said.join("").match(/canary-\w+/g), null);
    });
    await t.test("nothing is left", async () => {
      assert.deepEqual(await inventory(), before);
    });
  });
}

/** A home whose `~/.kube/config` has a context of the site's name; nothing else says where the cluster is. */
function useHome(folder, environment) {
  const contexts = [{ ...kubeconfig.contexts[0], name: environment }];
  write(folder, { ".kube/config": dump({ ...kubeconfig, contexts, "current-context": "" }) });
  process.env.HOME = folder;
  delete process.env.KUBECONFIG;
  delete process.env.KUBE_CONFIG_PATH;
}

/** The charts of all releases lie in the data root, and so do the repositories. */
function vendorCharts(site) {
  const written = new Map();
  for (const { repository, chart, version } of specsOf(
    catalogOf(site.root, site.environment),
    "helm-release",
  ).values()) {
    const place = `charts/${repository.name}`;
    const known = written.get(`${place}/${chart}`);
    assert.ok(known === undefined || known === version, `${chart} in the versions ${known} and ${version}`);
    written.set(`${place}/${chart}`, version);
    writeChart(join(site.root, place), chart, version);
  }
  for (const file of site.files("kubernetes/helm-repositories")) {
    const { name } = load(readFileSync(file, "utf8"))["helm-repository"];
    write("/", { [file]: dump({ "helm-repository": { name, type: "path", url: `charts/${name}` } }) });
  }
}

/** Every secret of a stack has a value that is known again wherever it shows. */
function secretsOf(stack) {
  const { variable = {} } = JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8"));
  return Object.fromEntries(Object.keys(variable).map((name) => [name, `canary-${name},{"\\`]));
}

function releaseOf(spec) {
  return cloud.get("helm", `/${spec.namespace}/${spec["release-name"]}`);
}

function expectedValues(spec, secrets) {
  let values = load(spec.values === "" ? "{}" : spec.values);
  for (const { keys, secret } of spec.secrets)
    values = merged(
      values,
      keys.reduceRight((inner, key) => ({ [key]: inner }), secrets[secret]),
    );
  return values;
}

/** The names of all that the cluster holds of what sites make. */
async function inventory() {
  const found = {};
  for (const many of ["namespaces", "configmaps", "secrets"])
    found[many] = (await cloud.get("kubernetes", `/api/v1/${many}`)).items
      .map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)
      .sort();
  return found;
}
