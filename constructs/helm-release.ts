import { Release } from "@cdktf/provider-helm/lib/release";
import { type HelmReleaseSpec, helmRelease } from "../kinds/helm-release";
import { chartFolder, type HelmRepositorySpec } from "../kinds/helm-repository";
import { isPlainPath } from "../kinds/helm-values";
import { namespace } from "../kinds/namespace";
import { dependOn, idOf, type KindConstruct, unlessEmpty } from "./construct";
import type { EntityStack } from "./stack";
import { expression, quoted } from "./text";

/**
 * A Helm release. Its secrets are sensitive settings: what Terraform shows of the release's metadata is cloaked at their names.
 * The providers find no name with an escaped mark in it, so secrets below such keys are one last document of values.
 */
export const construct: KindConstruct<HelmReleaseSpec> = {
  kind: helmRelease,
  node(scope, { spec, address }, stack) {
    const { chart, version, wait, timeout, options } = spec;
    const cloaked = spec.secrets.filter(({ keys }) => isPlainPath(keys));
    const others = spec.secrets.filter(({ keys }) => !isPlainPath(keys));
    const values = [
      ...(spec.values === "" ? [] : [spec.values]),
      ...(others.length === 0 ? [] : [secretValues(others, stack)]),
    ];
    const release = new Release(scope, idOf(Release, address), {
      ...{ name: spec["release-name"], namespace: spec.namespace, version, wait, timeout },
      chart: (spec.repository && chartFolder(spec.repository, chart)?.copy) ?? chart,
      ...(spec.repository && credentials(spec.repository, stack)),
      values: unlessEmpty(values),
      setSensitive: unlessEmpty(cloaked.map((one) => setting(one, stack))),
    });
    const releases = spec["depends-on"].flatMap((key) => stack.after(helmRelease, key));
    dependOn(release, [...stack.after(namespace, spec.namespace), ...releases]);
    // Old providers lack some arguments, so each stands there only where a file asks for it.
    if (spec.wait_for_jobs) release.addOverride("wait_for_jobs", true);
    // Without any values Helm would keep those of the revision before.
    if (values.length === 0 && cloaked.length === 0 && options.reuse_values !== true)
      release.addOverride("reset_values", true);
    for (const [option, value] of Object.entries(options)) release.addOverride(option, value);
  },
};

function credentials(repository: HelmRepositorySpec, stack: EntityStack) {
  if (repository.type === "path") return {};
  return {
    repository: repository.url,
    repositoryUsername: repository.username,
    repositoryPassword: repository.password && stack.secret(repository.password.secret),
    repositoryCaFile: repository.repository_ca_file,
    repositoryCertFile: repository.repository_cert_file,
    repositoryKeyFile: repository.repository_key_file,
  };
}

type Secret = HelmReleaseSpec["secrets"][number];

/** A secret at its path. Helm reads the value as on its command line, where some marks mean something unless escaped. */
function setting({ keys, secret }: Secret, stack: EntityStack) {
  stack.secret(secret);
  const value = `replace(var.${secret}, ${quoted("/[\\\\,{]/")}, ${quoted("\\$0")})`;
  return { name: keys.join("."), type: "string", value: expression(value) };
}

type Tree = Map<string, Tree | string>;

/** The secrets at their paths, as a YAML document that Terraform makes of variables. */
function secretValues(secrets: readonly Secret[], stack: EntityStack): string {
  const tree: Tree = new Map();
  for (const { keys, secret } of secrets) {
    stack.secret(secret);
    let inner = tree;
    for (const key of keys.slice(0, -1)) {
      const next = inner.get(key);
      const deeper: Tree = next instanceof Map ? next : new Map();
      inner.set(key, deeper);
      inner = deeper;
    }
    inner.set(keys.at(-1) ?? "", `var.${secret}`);
  }
  return expression(`yamlencode(${object(tree)})`);
}

function object(tree: Tree): string {
  const entries = [...tree].map(
    ([key, value]) => `${quoted(key)} = ${typeof value === "string" ? value : object(value)}`,
  );
  return `{ ${entries.join(", ")} }`;
}
