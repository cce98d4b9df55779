// Every Kubernetes kind is created, planned empty, changed, seen to drift, and destroyed.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chartRepository, writeChart } from "./charts.mjs";
import { live, livesOf, phase } from "./lifecycle.mjs";
import { login } from "./parts/kubernetes/api.mjs";
import { Site } from "./site.mjs";
import { cloudEntities, run, scratch, TERRAFORM, terraform, write } from "./terraform.mjs";

const SECRETS = {
  life_first: 'first, {a} \\ "q"',
  life_second: "second",
  life_third: "%{third} ${1}\n",
  life_password: "pass,word",
  life_other_password: "other:{password}",
};

test("the lives of the Kubernetes kinds", async (t) => {
  const folder = scratch(t);
  const site = new Site(folder, {
    name: "life",
    state: { backend: "pg", schema_name: `{stack}_${randomBytes(4).toString("hex")}` },
    kubernetes: { config_path: process.env.KUBECONFIG, config_context: "loopback" },
    values: { text: "${text} %{text}", "other-text": "${other} %{text}", number: 7 },
  });
  for (const [name, value] of Object.entries(SECRETS)) process.env[`TF_VAR_${name}`] = value;
  // Helm's caches and settings are the test's own.
  for (const kind of ["CACHE", "CONFIG", "DATA"]) process.env[`HELM_${kind}_HOME`] = join(folder, "helm");

  const values = { kept: "default", gone: "default", deep: { a: 1, b: 2 }, list: [1, 2] };
  writeChart(join(folder, "charts"), "show", "1.0.0", { values });
  const repository = await chartRepository(t, {
    charts: [
      ["show", "1.0.0", { values }],
      ["show", "1.1.0", { values }],
      ["other", "1.1.0", { values }],
    ],
    logins: ["one:pass,word", "two:pass,word", "two:other:{password}"],
  });
  for (const [name, file] of Object.entries({ ca: "ca", key: "key", certificate: "certificate" }))
    for (const copy of ["", "copy-"]) cpSync(repository[name], join(folder, `${copy}${file}.pem`));
  write(folder, { postrender: POSTRENDER });
  chmodSync(join(folder, "postrender"), 0o755);

  const version = await helmVersion(site);
  const text = JSON.stringify(livesOf("kubernetes"))
    .replaceAll("@repository@", repository.address)
    .replaceAll("@folder@", folder);
  const lives = JSON.parse(text).filter(({ needs }) => !needs || version >= needs.helm);
  await live(t, { site, provider: "kubernetes", lives, cloud: login() });
});

test("H1, H3: secrets never show", async (t) => {
  const folder = scratch(t);
  process.env.TF_VAR_life_canary = 'canary-1,{a}\\"$1\nnext: line';
  process.env.TF_VAR_life_other_canary = "{canary-2,x}";
  const site = new Site(folder, {
    name: "secrets",
    state: { backend: "local", path: "state/{stack}.tfstate" },
    kubernetes: { config_path: process.env.KUBECONFIG, config_context: "loopback" },
  });
  writeChart(join(folder, "charts"), "show", "1.0.0", { values: { kept: "default" } });
  const release = "kubernetes/helm-releases/life-secrets/one.yaml";
  site.write({
    "kubernetes/namespaces/life-secrets.yaml": { namespace: { name: "life-secrets" } },
    "kubernetes/helm-repositories/charts.yaml": {
      "helm-repository": { name: "charts", type: "path", url: "charts" },
    },
    "kubernetes/secrets/one.yaml": {
      secret: { name: "one", namespace: "life-secrets", data: { password: { secret: "life_canary" } } },
    },
    [release]: {
      "helm-release": {
        ...{ name: "one", namespace: "life-secrets", repository: "charts", chart: "show", version: "1.0.0" },
        values: { auth: { user: "me" }, opened: null },
        secrets: {
          "auth.password": "life_canary",
          "opened.deep.key": "life_other_canary",
          top: "life_other_canary",
        },
      },
    },
  });
  await site.synth();
  const { folder: stack } = site.stack("kubernetes");
  const cloud = login();
  const quiet = (title, ...args) =>
    phase(t, title, async () => {
      const said = await terraform(stack, ...args, "-no-color");
      assert.deepEqual(said.match(/canary-\d/g), null);
      assert.match(said, /life[-_]secrets/);
    });
  await terraform(stack, "init", "-no-color");
  await quiet("in the plan of a creation", "plan", "-out=plan");
  await quiet("while it is made", "apply", "-auto-approve");
  await t.test("but they arrive, byte for byte", async () => {
    const map = "/api/v1/namespaces/life-secrets/configmaps/life-secrets-one-values";
    const { data } = await cloud.get("kubernetes", map);
    const { TF_VAR_life_canary: password, TF_VAR_life_other_canary: other } = process.env;
    assert.deepEqual(JSON.parse(data.auth), { user: "me", password });
    assert.deepEqual(JSON.parse(data.opened), { deep: { key: other } });
    assert.equal(data.top, other);
  });
  site.patch(release, { "helm-release": { values: { more: 1 }, secrets: { more: "life_canary" } } });
  await site.synth();
  await quiet("in the plan of a change", "plan", "-out=plan");
  await quiet("while it is changed", "apply", "-auto-approve");
  await cloud.call("DELETE", "helm", "/life-secrets/life-secrets-one");
  await cloud.call("PATCH", "kubernetes", "/api/v1/namespaces/life-secrets/secrets/one", {
    data: { password: "eA==" },
  });
  await quiet("in the plan of what was changed by hand", "plan", "-out=plan");
  await quiet("while that is put right", "apply", "-auto-approve");
  await quiet("in what terraform shows of its state", "show");
  await t.test("in what cloud-entities shows", async () => {
    const root = ["--root", folder, "--environment", "secrets"];
    for (const verb of ["show", "explain"])
      for (const entity of [
        ["helm-release", "life-secrets/one"],
        ["secret", "life-secrets/one"],
      ])
        assert.deepEqual((await cloudEntities([verb, ...entity, ...root])).match(/canary-/g), null);
  });
  await quiet("in the plan of a destruction", "plan", "-destroy");
  await quiet("while it is destroyed", "destroy", "-auto-approve");
});

/** It labels every object with its first argument. */
const POSTRENDER = `#!/bin/sh
exec sed "s/^metadata:/&\\n  labels: {rendered: \${1:-again}}/"
`;

/** The first number of the version of the Helm provider that is used. */
async function helmVersion(site) {
  await site.synth();
  const stack = site.stack("kubernetes");
  await stack.init();
  const { provider_selections } = JSON.parse(
    await run(TERRAFORM, ["version", "-json"], { cwd: stack.folder }),
  );
  const [, version] = Object.entries(provider_selections).find(([name]) => name.endsWith("/hashicorp/helm"));
  return Number.parseInt(version, 10);
}
