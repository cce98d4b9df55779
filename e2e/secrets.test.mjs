// No secret is in anything that a command prints or leaves behind, whatever goes well or wrong. Every secret there is has a
// value that is known again; what was printed and written is searched for it, byte by byte.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { chartRepository } from "./charts.mjs";
import { phase } from "./lifecycle.mjs";
import { stateServer } from "./parts/http-state/server.mjs";
import { login as kubernetesLogin } from "./parts/kubernetes/api.mjs";
import { login } from "./parts/openstack/api.mjs";
import { Site } from "./site.mjs";
import { stateOn } from "./sites.mjs";
import { begin, home, QUIET, scratch, terraform } from "./terraform.mjs";

/** What is searched for: the beginning of every secret, and how it looks in base64, wherever it stands in the text. */
const CANARY = /canary-\w+|Y2FuYXJ5|NhbmFyeS|jYW5hcnkt/;

const ADMIN = { name: "secret-admin", password: 'canary-admin "${x}', other: "canary-wrong" };
const CHARTS = { user: "bot", password: 'canary-charts,{a}\\"$1' };
const STATE = { user: "terraform", password: "canary-state" };

const VARIABLES = {
  TF_VAR_user: 'canary-user-1,{a}\\"$1',
  TF_VAR_pod: 'canary-pod-1,{a}\\"$1\nnext: canary-line',
  TF_VAR_release: 'canary-release-1,{a}\\"$1\n- canary-line',
  TF_VAR_charts: CHARTS.password,
};

/** The same secrets, changed. */
const CHANGED = Object.fromEntries(
  Object.entries(VARIABLES).map(([name, value]) => [name, value.replace("-1", "-2")]),
);

/** Every print of a review, into files. */
const PRINTS = ["text", "json", "markdown", "html", "gitlab"];

/** A chart that shows its password to whoever reads an error. */
const LOUD = { "templates/loud.yaml": '{{ fail (printf "the password is %s" .Values.auth.password) }}\n' };

test("H1, T2: no secret is in what is printed and written", async (t) => {
  const cloud = await login();
  const kept = Object.keys(process.env).filter((name) => /^OS_|^TF_/.test(name));
  t.after(() => gone(cloud));
  const folder = scratch(t);
  const repository = await chartRepository(t, {
    charts: [
      ["show", "1.0.0", {}],
      ["show", "1.1.0", { files: LOUD }],
    ],
    logins: [`${CHARTS.user}:${CHARTS.password}`],
  });
  const server = await listening(t, stateServer({ folder: join(folder, "states"), token: STATE.password }));
  const gossip = await listening(t, createServer());
  gossip.gossips = true;
  const site = siteIn(folder, repository, server.address);
  const project = cloud.project;
  const { user } = await cloud.call("POST", "identity", "/users", {
    user: { name: ADMIN.name, password: ADMIN.password, domain_id: "default" },
  });
  const { roles } = await cloud.get("identity", "/roles?name=admin");
  await cloud.call("PUT", "identity", `/projects/${project}/users/${user.id}/roles/${roles[0].id}`);
  assert.ok(kept.includes("OS_AUTH_URL"));
  const variables = {
    ...{ OS_USERNAME: ADMIN.name, OS_PASSWORD: ADMIN.password },
    ...{ TF_HTTP_USERNAME: STATE.user, TF_HTTP_PASSWORD: STATE.password },
    ...{ CLOUD_ENTITIES_ROOT: site.root, CLOUD_ENTITIES_ENVIRONMENT: "", CLOUD_ENTITIES_AS_OF: "2026-11-21" },
    ...Object.fromEntries(
      ["CACHE", "CONFIG", "DATA"].map((kind) => [`HELM_${kind}_HOME`, join(folder, "helm")]),
    ),
    ...VARIABLES,
  };
  const stack = (name) => join(site.output, "stacks", name);
  let tokens = [];

  /** Runs a command, and searches what it says and what lies there afterwards. */
  async function said(codes, line, more = {}) {
    const args = typeof line === "string" ? line.split(" ") : line;
    const env = { ...process.env, ...QUIET, ...variables, ...more };
    const { status, stdout, stderr } = await begin(
      process.execPath,
      [join(home, "bin/cloud-entities.mjs"), ...args],
      { cwd: home, env },
    ).ended;
    assert.ok([codes].flat().includes(status), `${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    clean(args.join(" "), stdout + stderr);
    for (const [file, text] of filesOf(folder)) clean(`${args.join(" ")}: ${file}`, text);
    return stdout + stderr;
  }

  function clean(where, text) {
    const at = text.search(CANARY);
    assert.equal(at, -1, `${where}: …${text.slice(Math.max(0, at - 200), at + 60)}`);
    for (const token of tokens) assert.ok(!text.includes(token), `${where}: a token`);
  }

  const reports = (name) =>
    PRINTS.flatMap((print) => ["--report", `${print}:${join(folder, "reports", name)}.${print}`]);
  const output = ["--output", site.output];
  const stacks = ["secrets-openstack", "secrets-kubernetes"];

  await phase(t, "without a cloud", async () => {
    for (const format of ["text", "json", "github", "gitlab", "sarif"])
      await said(0, `validate --format ${format}`);
    await said(0, ["synth", ...output]);
    for (const format of ["text", "json"]) await said(0, `list user --format ${format}`);
    for (const name of [
      "user Default/secret-user",
      "secret secret-names/pod",
      "helm-release secret-names/show",
      "helm-repository charts",
    ])
      for (const verb of ["show", "explain"])
        for (const more of [[], ["--format", "json"]]) await said(0, [verb, ...name.split(" "), ...more]);
  });

  await phase(t, "plan, review and deploy what is new", async () => {
    await said(0, ["plan", ...output, ...reports("new")]);
    for (const name of stacks) {
      const json = await terraform(stack(name), "show", "-json", "plan");
      tokens = [...new Set([...tokens, ...tokensIn(json)])];
      const file = join(folder, "secret", `${name}.json`);
      mkdirSync(join(folder, "secret"), { recursive: true });
      writeFileSync(file, json);
      assert.match(json, CANARY, "the plan itself holds them");
      for (const format of PRINTS) await said(0, ["review", `${name}=${file}`, "--format", format]);
    }
    assert.equal(tokens.length, 1);
    await said(0, ["deploy", ...output]);
  });

  await phase(t, "plan and deploy secrets that changed", async () => {
    site.patch("openstack/users/Default/secret-user.yaml", { user: { description: "Changed" } });
    site.patch("kubernetes/helm-releases/secret-names/show.yaml", {
      "helm-release": { values: { kept: "changed" } },
    });
    const text = await said(0, ["plan", ...output, ...reports("changed")], CHANGED);
    assert.match(text, /password\.secret +\(secret\) → \(secret\)/);
    await said(0, ["deploy", ...output], CHANGED);
  });

  await phase(t, "drift, adopt, unlock", async () => {
    const { users } = await cloud.get("identity", "/users?name=secret-user");
    await cloud.call("PATCH", "identity", `/users/${users[0].id}`, { user: { description: "By hand" } });
    await said(4, ["drift", ...output, ...reports("drift")], CHANGED);
    await said(0, ["adopt", "secrets-openstack", ...output], CHANGED);
    await said(0, ["unlock", "secrets-openstack", ...output], CHANGED);
  });

  await phase(t, "a deploy fails, and its message holds a secret", async () => {
    site.patch("kubernetes/helm-releases/secret-names/show.yaml", { "helm-release": { version: "1.1.0" } });
    await said(0, ["plan", "secrets-kubernetes", ...output], CHANGED);
    const text = await said(3, ["deploy", "secrets-kubernetes", ...output], CHANGED);
    assert.match(text, /the password is …/);
  });

  await phase(t, "a login that does not work", async () => {
    // What is not in the state is looked for in the cloud.
    site.write({
      "openstack/groups/Default/secret-group.yaml": { group: { name: "secret-group", domain: "Default" } },
    });
    for (const verb of ["plan", "drift", "adopt"])
      await said(3, [verb, "secrets-openstack", ...output], { ...CHANGED, OS_PASSWORD: ADMIN.other });
    const { OS_USERNAME: _, OS_PASSWORD: __, ...rest } = variables;
    assert.ok(rest.TF_HTTP_PASSWORD);
    const token = { OS_USERNAME: "", OS_PASSWORD: "", OS_TOKEN: "canary-token", OS_AUTH_TYPE: "v3token" };
    await said(3, ["plan", "secrets-openstack", ...output], { ...CHANGED, ...token });
    site.patch("openstack/groups/Default/secret-group.yaml", null);
  });

  await phase(t, "a state server that says what it hears", async () => {
    site.patch("openstack/users/Default/secret-user.yaml", { user: { description: "Again" } });
    await said(0, ["plan", "secrets-openstack", ...output], CHANGED);
    server.gossips = true;
    for (const verb of ["deploy", "unlock", "plan", "drift", "adopt"])
      assert.match(await said(3, [verb, "secrets-openstack", ...output], CHANGED), /HTTP/);
    server.gossips = false;
  });

  await phase(t, "backends that cannot be reached, or say what they hear", async () => {
    const [id, secret, session] = ["not-secret", "canary-key", "canary-session"];
    const keys = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session };
    const { state } = site.read("environment.yaml").environment;
    const backends = [
      ["http", "http://127.0.0.1:1", {}],
      ["s3", gossip.address, keys],
      ["pg", "", { PG_CONN_STR: "postgres://terraform:canary-pg@127.0.0.1:1/terraform?sslmode=disable" }],
      ["pg", "", { PG_CONN_STR: "host=127.0.0.1 port=1 user=terraform password=canary-pg sslmode=disable" }],
      ["pg", "", { PG_CONN_STR: "postgres://terraform:canary-pg@127.0.0.1:x/terraform" }],
    ];
    for (const [index, [backend, address, more]] of backends.entries()) {
      site.patch("environment.yaml", { environment: { state: null } });
      site.patch("environment.yaml", { environment: { state: stateAt(backend, address, folder) } });
      const elsewhere = ["--output", join(folder, `out-${index}`)];
      for (const verb of ["plan", "adopt"])
        await said(3, [verb, "secrets-openstack", ...elsewhere], { ...CHANGED, ...more });
    }
    site.patch("environment.yaml", { environment: { state: null } });
    site.patch("environment.yaml", { environment: { state } });
  });

  await phase(t, "everything goes, and says nothing either", async () => {
    site.clear();
    await said(0, ["plan", ...output, ...reports("gone")], CHANGED);
    await said(0, ["deploy", ...output], CHANGED);
  });
});

function siteIn(folder, repository, server) {
  const site = new Site(join(folder, "site"), {
    name: "secrets",
    state: stateAt("http", server, folder),
    openstack: {
      region: "RegionOne",
      services: ["compute", "network"],
      capabilities: { rest: true },
      unmanaged: { domains: ["Default"] },
    },
    kubernetes: { config_path: process.env.KUBECONFIG, config_context: "loopback" },
  });
  cpSync(repository.ca, join(folder, "ca.pem"));
  const chart = { repository: "charts", chart: "show", version: "1.0.0" };
  site.write({
    "openstack/users/Default/secret-user.yaml": {
      user: {
        name: "secret-user",
        domain: "Default",
        description: "Has a password",
        password: { secret: "user" },
      },
    },
    "openstack/global-static-identity-mappings/secret.yaml": {
      id: "secret",
      rules: [{ local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] }],
    },
    "kubernetes/namespaces/secret-names.yaml": { namespace: { name: "secret-names" } },
    "kubernetes/secrets/secret-names/pod.yaml": {
      secret: { name: "pod", namespace: "secret-names", data: { password: { secret: "pod" } } },
    },
    "kubernetes/helm-repositories/charts.yaml": {
      "helm-repository": {
        ...{ name: "charts", url: `${repository.address}/locked`, username: CHARTS.user },
        ...{ password: { secret: "charts" }, repository_ca_file: join(folder, "ca.pem") },
      },
    },
    "kubernetes/helm-releases/secret-names/show.yaml": {
      "helm-release": {
        ...{ name: "show", namespace: "secret-names", ...chart },
        values: { kept: "mine", auth: { user: "me" } },
        secrets: { "auth.password": "release" },
      },
    },
  });
  return site;
}

function stateAt(backend, address, folder) {
  if (backend !== "http")
    return { ...stateOn(backend, folder), ...(backend === "s3" && { endpoints: { s3: address } }) };
  const state = `${address}/api/v4/projects/1/terraform/state/{stack}`;
  return {
    ...{ backend, address: state, lock_address: `${state}/lock`, unlock_address: `${state}/lock` },
    ...{ lock_method: "POST", unlock_method: "DELETE", retry_max: 0 },
  };
}

/** Starts a server on a free port, until the test ends. While it `gossips` it refuses, and says what it was sent. */
async function listening(t, server) {
  const answers = server.listeners("request");
  const found = { gossips: false, address: "" };
  server.removeAllListeners("request");
  server.on("request", (...both) => {
    for (const answer of found.gossips ? [echo] : answers) answer(...both);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  found.address = `http://127.0.0.1:${server.address().port}`;
  return found;
}

function echo({ headers }, response) {
  const { authorization = "" } = headers;
  const opened = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
  const said = `not for ${opened}, who sent ${authorization} and ${JSON.stringify(headers)}`;
  response.statusCode = 400;
  response.end(`<Error><Code>Refused</Code><Message>${said.replace(/[^ -~]|[<>&]/g, "?")}</Message></Error>`);
}

/** The tokens that a plan's data sources have read. */
function tokensIn(json) {
  const { prior_state } = JSON.parse(json);
  const resources = prior_state?.values?.root_module?.resources ?? [];
  return resources.flatMap(({ values }) => (values.token_id ? [values.token_id] : []));
}

/** The files that are for everybody's eyes. Plans, states and what providers keep are known to hold secrets. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(
      (file) =>
        !/\/(secret|states|helm|\.terraform)\/|\/plan(\.\w+)?$|errored\.tfstate$/.test(
          file.slice(folder.length),
        ),
    )
    .map((file) => [file, readFileSync(file, "latin1")]);
}

/** Takes away what a test that failed leaves behind. */
async function gone(cloud) {
  const { users } = await cloud.get("identity", "/users");
  for (const { id, name } of users)
    if (name.startsWith("secret-")) await cloud.call("DELETE", "identity", `/users/${id}`);
  await cloud.call("DELETE", "identity", "/OS-FEDERATION/mappings/secret", undefined, { ok: [204, 404] });
  const kubernetes = kubernetesLogin();
  const names = "/api/v1/namespaces/secret-names";
  if ((await kubernetes.code("kubernetes", names)) === 200)
    await kubernetes.call("DELETE", "kubernetes", names);
}
