// A data root of a test's own, and what Terraform makes of it.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { dump, load } from "js-yaml";
import { cloudEntities, terraform, write } from "./terraform.mjs";

/** One environment in a folder, deployed by `cloud-entities synth` and terraform. */
export class Site {
  /** `environment` is what `environment.yaml` says. */
  constructor(folder, environment) {
    this.root = folder;
    this.name = environment.name;
    this.output = join(folder, "cdktf.out");
    this.write({ "environment.yaml": { environment } });
  }

  /** Writes entities, by their path below the environment's folder. */
  write(files) {
    const texts = Object.entries(files).map(([path, content]) => [this.path(path), dump(content)]);
    write(this.root, Object.fromEntries(texts));
  }

  /** Changes a file by a merge patch (RFC 7396); null for the whole file removes it. */
  patch(path, change) {
    const file = join(this.root, this.path(path));
    if (change === null) rmSync(file);
    else this.write({ [path]: merged(existsSync(file) ? load(readFileSync(file, "utf8")) : {}, change) });
  }

  /** Moves a file: its path says what the entity in it is called, and where it belongs. */
  move(from, to) {
    const [file, target] = [from, to].map((path) => join(this.root, this.path(path)));
    mkdirSync(dirname(target), { recursive: true });
    renameSync(file, target);
  }

  /** Removes every entity. */
  clear() {
    const folder = join(this.root, this.path(""));
    for (const name of readdirSync(folder))
      if (name !== "environment.yaml") rmSync(join(folder, name), { recursive: true });
  }

  path(path) {
    return `environments/${this.name}/${path}`;
  }

  stack(provider) {
    return new Stack(join(this.output, "stacks", `${this.name}-${provider}`));
  }

  /** Is there such a file? */
  has(path) {
    return existsSync(join(this.root, this.path(path)));
  }

  /** What a file says. */
  read(path) {
    return load(readFileSync(join(this.root, this.path(path)), "utf8"));
  }

  /** Writes import blocks for what the cloud has and the state of a stack has not. */
  adopt(stack) {
    return cloudEntities(["adopt", "--root", this.root, "--output", this.output, basename(stack.folder)]);
  }

  synth() {
    return cloudEntities(["synth", "--root", this.root, "--output", this.output]);
  }
}

/** One synthesised stack. */
export class Stack {
  constructor(folder) {
    this.folder = folder;
  }

  init(...options) {
    return terraform(this.folder, "init", "-no-color", ...options);
  }

  /** Plans and returns what would change. */
  async plan(...options) {
    await terraform(this.folder, "plan", "-no-color", "-out=plan", ...options);
    return changesOf(JSON.parse(await terraform(this.folder, "show", "-json", "plan")));
  }

  /** Applies the plan that was made last. */
  apply() {
    return terraform(this.folder, "apply", "-no-color", "plan");
  }

  /** Is the provider that `init` chose older than a version, `major.minor`? */
  isOlder(provider, version) {
    const lock = readFileSync(join(this.folder, ".terraform.lock.hcl"), "utf8");
    const chosen = new RegExp(`/${provider}" {\\s+version\\s+= "([^"]+)"`).exec(lock)?.[1];
    if (chosen === undefined) throw new Error(`${provider} is not in the lock file of ${this.folder}`);
    const [one, other] = [chosen, version].map((text) => text.split(".").map(Number));
    return one[0] !== other[0] ? one[0] < other[0] : one[1] < other[1];
  }

  /** The values of each resource and data source in the state, by address. */
  async state() {
    const { values } = JSON.parse(await terraform(this.folder, "show", "-json"));
    const resources = values?.root_module?.resources ?? [];
    return new Map(resources.map((resource) => [resource.address, resource.values]));
  }
}

/**
 * What a plan changes, by address: `{ type, action, attributes, importing }`. `action` is one of create, update,
 * replace, delete, import (nothing else changes), forget; `attributes` are those that differ, or that force a replacement.
 */
function changesOf(plan) {
  const changes = new Map();
  for (const { address, mode, type, change } of plan.resource_changes ?? []) {
    if (mode !== "managed") continue;
    const action = actionOf(change);
    if (action !== "no-op") changes.set(address, { type, action, attributes: attributesOf(change) });
  }
  return changes;
}

function actionOf({ actions, importing }) {
  if (actions.length === 2) return "replace";
  return actions[0] === "no-op" && importing ? "import" : actions[0];
}

function attributesOf({ actions, before, after, after_unknown, replace_paths }) {
  if (actions.length === 2) return [...new Set((replace_paths ?? []).map(([first]) => first))];
  if (actions[0] !== "update") return [];
  const known = Object.keys(after).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  return [
    ...new Set([...known, ...Object.keys(after_unknown ?? {}).filter((key) => after_unknown[key] === true)]),
  ];
}

/** RFC 7396 on plain data. */
export function merged(base, patch) {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof base === "object" && base !== null && !Array.isArray(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
