// Strings from YAML arrive in Terraform as they were written: shown by the values of a plan.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratch, synth, terraform, write } from "./terraform.mjs";

/** What Terraform or cdktf would read as something else than text. */
const HOSTILE = [
  "${1}",
  "${path.module}",
  "$${x}",
  "$$${x}",
  "%{Referer}i",
  "%%{x}",
  "%{ if true }x%{ endif }",
  "a${b}c%{d}",
  '${file("/etc/passwd")}',
  '"quotes" and \\backslashes\\',
  "two\nlines\n",
  "tab\there",
  "ends with $",
  "ends with %",
  "$",
  "%",
  "${",
  "%{",
  "}",
  "${TfToken[TOKEN.0]}",
  "$${TfToken[TOKEN.0]}",
  "#{TfToken[TOKEN.0]}",
  "&{TfToken[TOKEN.0]}",
  "-8.109562212591381e+298",
  "1e+299",
  "-1.8881545897087626e+289",
  "e+290",
  "$&",
  "$1",
  "$'",
  "umlauts äöü, 日本語, 🙂",
  "'single'",
  "#comment",
  "<%= erb %>",
  "{{ jinja }}",
  "`ticks`",
  "\\u0041",
  "&amp;",
  "a=b,c=d",
  " leading",
  "null",
  "true",
  "1.0",
];

const yaml = JSON.stringify;

test("C3, C4: hostile strings in values and keys equal the planned values", async (t) => {
  const root = scratch(t);
  const data = Object.fromEntries(HOSTILE.map((text, index) => [`k${index}`, text]));
  const specs = Object.fromEntries(
    HOSTILE.filter((text) => text.trim() !== "").map((text) => [`x:${text}`, text]),
  );
  write(root, {
    "environments/test/environment.yaml":
      'environment: {name: test, state: {backend: local, path: "state/{stack}"}, openstack: {}, kubernetes: {config_path: kubeconfig}}\n',
    "environments/test/kubernetes/config-maps/strings.yaml": yaml({
      "config-map": { name: "strings", namespace: "default", data },
    }),
    "environments/test/openstack/flavors/strings.yaml": yaml({
      flavor: {
        name: "strings",
        vcpus: 1,
        ram: 1024,
        disk: 1,
        is_public: true,
        description: "${path.module}",
        extra_specs: specs,
      },
    }),
  });
  const output = scratch(t);
  await synth(root, output);
  // A plan of things to create asks no server, but the providers want to know one.
  write(output, { "stacks/test-kubernetes/kubeconfig": KUBECONFIG });
  assert.deepEqual(
    (await planned(join(output, "stacks/test-kubernetes"), "kubernetes_config_map_v1.default_strings")).data,
    data,
  );
  process.env.OS_AUTH_URL = "http://127.0.0.1:9/v3";
  const flavor = await planned(join(output, "stacks/test-openstack"), "openstack_compute_flavor_v2.strings");
  assert.deepEqual(flavor.extra_specs, specs);
  assert.equal(flavor.description, "${path.module}");
});

/** The planned values of a resource. */
async function planned(folder, address) {
  write(folder, { "override.tf.json": '{"terraform": {"backend": {"local": {"path": "state"}}}}' });
  await terraform(folder, "init", "-no-color");
  await terraform(folder, "plan", "-refresh=false", "-out=plan", "-no-color");
  const plan = JSON.parse(await terraform(folder, "show", "-json", "plan"));
  return plan.planned_values.root_module.resources.find((resource) => resource.address === address).values;
}

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "https://127.0.0.1:9"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
users: [{name: none, user: {token: none}}]
current-context: none
`;
