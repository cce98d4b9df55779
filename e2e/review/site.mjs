// A site in a repository of its own, its commands, and what its states hold.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { dump, load } from "js-yaml";
import { writeChart } from "../charts.mjs";
import { merged } from "../site.mjs";
import { begin, home, QUIET } from "../terraform.mjs";

/** The stacks of the site. */
export const STACKS = ["rv-kubernetes", "rv-openstack", "rv-two-openstack"];

const AUTHOR = {
  ...{ GIT_AUTHOR_NAME: "Reviewed", GIT_AUTHOR_EMAIL: "reviewed@example.org" },
  ...{ GIT_COMMITTER_NAME: "Reviewed", GIT_COMMITTER_EMAIL: "reviewed@example.org" },
  ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
};

export class ReviewedSite {
  asOf = "2026-11-21";

  constructor(folder) {
    this.root = join(folder, "site");
    // Relative paths of local states are written for this place.
    this.output = join(this.root, "cdktf.out");
    cpSync(join(home, "e2e/review/site"), this.root, { recursive: true });
    for (const version of ["1.0.0", "1.1.0"]) this.chart(version);
    this.useChart("1.0.0");
    this.patch("rv/environment.yaml", {
      environment: { kubernetes: { config_path: process.env.KUBECONFIG } },
    });
    writeFileSync(join(this.root, ".gitignore"), "cdktf.out/\nstate/\nversions/\n");
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit("the site");
  }

  chart(version) {
    writeChart(join(this.root, "versions", version), "show", version, { values: { kept: "default" } });
  }

  /** The chart that lies in the repository of charts. */
  useChart(version) {
    cpSync(join(this.root, "versions", version), join(this.root, "charts"), { recursive: true });
  }

  file(path) {
    return join(this.root, "environments", path);
  }

  patch(path, change) {
    const file = this.file(path);
    writeFileSync(file, dump(merged(load(readFileSync(file, "utf8")), change)));
  }

  /** Makes a change of `changes.yaml`. */
  async change({ move = {}, write = {}, remove = [], rename, asOf }) {
    if (asOf) this.asOf = asOf;
    if (rename) assert.equal((await this.run(["rename", ...rename])).status, 0);
    for (const [from, to] of Object.entries(move)) {
      mkdirSync(dirname(this.file(to)), { recursive: true });
      renameSync(this.file(from), this.file(to));
    }
    for (const path of remove) rmSync(this.file(path));
    for (const [path, content] of Object.entries(write)) {
      if (typeof content === "string") writeFileSync(this.file(path), content);
      else this.patch(path, content);
      const version = content["helm-release"]?.version;
      if (version) this.useChart(version);
    }
  }

  /** Adds the lines that a refusal printed, as a person would. */
  acknowledge(gates) {
    for (const { add } of gates) {
      const file = join(this.root, add.file);
      const before = existsSync(file) ? readFileSync(file, "utf8") : "";
      const head = before === "" || before.endsWith("\n") ? before : `${before}\n`;
      const known = new Set(head.split("\n"));
      // Two refusals of one environment both print the head of a file that is not there yet.
      const lines = add.lines.split("\n").filter((line) => line !== "removals:" || !known.has(line));
      const said = lines
        .join("\n")
        .replaceAll("YOUR NAME", "Jo Doe")
        .replaceAll("THE REASON", "it was asked for");
      writeFileSync(file, `${head}${said}\n`);
    }
  }

  git(...args) {
    return execFileSync("git", args, {
      ...{ cwd: this.root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      env: { ...process.env, ...AUTHOR },
    });
  }

  commit(message) {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  /** Runs `cloud-entities` on the site; never fails for an exit code. */
  async run(args, more = {}) {
    const env = {
      ...{ ...process.env, ...QUIET, ...AUTHOR },
      CLOUD_ENTITIES_ROOT: this.root,
      CLOUD_ENTITIES_ENVIRONMENT: "",
      CLOUD_ENTITIES_AS_OF: this.asOf,
      ...more,
    };
    const words = [join(home, "bin/cloud-entities.mjs"), ...args];
    const { status, stdout, stderr } = await begin(process.execPath, words, { cwd: home, env }).ended;
    return { status, stdout, stderr: stripVTControlCharacters(stderr) };
  }

  /** A review as JSON; the exit codes 0 and 4 are answers. */
  async review(...args) {
    const { status, stdout, stderr } = await this.run([...args, "--format", "json"]);
    if (status !== 0 && status !== 4) throw new Error(`${args.join(" ")} ended with ${status}:\n${stderr}`);
    return { status, ...JSON.parse(stdout) };
  }

  diff() {
    return this.review("diff", "--base", "HEAD");
  }

  plan(...stacks) {
    return this.review("plan", ...stacks, "--base", "HEAD", "--output", this.output);
  }

  deploy(...stacks) {
    return this.run(["deploy", ...stacks, "--output", this.output]);
  }

  /** What the states hold: attributes by `<environment> <address>`. */
  states() {
    const found = new Map();
    for (const stack of STACKS) {
      const file = join(this.root, "state", `${stack}.tfstate`);
      const { resources = [] } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
      for (const { mode, type, name, instances } of resources)
        for (const { attributes } of mode === "managed" ? instances : [])
          found.set(`${stack.replace(/-[a-z]+$/, "")} ${type}.${name}`, attributes);
    }
    return found;
  }
}

/** What a review does to objects, by `<environment> <address>`. */
export function objectsOf({ changes }) {
  return new Map(
    changes.flatMap(({ environments, objects }) =>
      environments.flatMap((environment) =>
        objects.map(({ address, does }) => [`${environment} ${address}`, does]),
      ),
    ),
  );
}

/** What became of the objects of states. */
export function happened(before, after) {
  const found = new Map();
  for (const [address, was] of before) {
    const is = after.get(address);
    if (!is) found.set(address, "destroy");
    else if (identityOf(was) !== identityOf(is)) found.set(address, "replace");
    else if (whole(was) !== whole(is)) found.set(address, "update");
  }
  for (const address of after.keys()) if (!before.has(address)) found.set(address, "create");
  return found;
}

/** A refresh writes what is empty in another way. */
function whole(attributes) {
  return JSON.stringify(attributes, (_, value) => (isEmpty(value) ? undefined : value));
}

function isEmpty(value) {
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** What tells an object from another one of the same name. */
function identityOf({ id, metadata }) {
  return `${id} ${metadata?.[0]?.uid ?? ""}`;
}
