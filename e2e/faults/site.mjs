// A small site of a test's own, its state in a backend, and what the cloud and the state hold of it.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Site } from "../site.mjs";
import { stateOn } from "../sites.mjs";
import { home, QUIET, TERRAFORM } from "../terraform.mjs";
import { started } from "./runs.mjs";

/** How many of each; the networks are what the cloud would make twice. */
const SIZES = {
  /** 41 resources. */
  long: { roles: 4, groups: 4, flavors: 2, projects: 5, networks: 6 },
  /** 12 resources. */
  short: { roles: 2, groups: 1, flavors: 2, projects: 1, networks: 2 },
  /** 2 resources. */
  tiny: { roles: 1, groups: 0, flavors: 0, projects: 0, networks: 1 },
};

/** Names are new in every run: a state of an earlier run does not matter. */
const RUN = Date.now().toString(36).slice(-4);

/** The first deploy of any stack keeps others out of a PostgreSQL database. */
const PATIENT = { TF_CLI_ARGS_apply: "-lock-timeout=20s" };

const LISTS = {
  roles: { service: "identity", path: "/roles", type: "openstack_identity_role_v3" },
  groups: { service: "identity", path: "/groups", type: "openstack_identity_group_v3" },
  projects: { service: "identity", path: "/projects", type: "openstack_identity_project_v3" },
  flavors: {
    service: "compute",
    path: "/flavors?is_public=None",
    type: "openstack_compute_flavor_v2",
  },
  networks: { service: "network", path: "/networks", type: "openstack_networking_network_v2" },
};

/** `name` and the run begin the name of everything; `variables` are added to the environment of all commands. */
export class FaultSite {
  constructor({ folder, name, backend, size = "short", port, variables = {}, more = {} }) {
    const tag = `${name}-${RUN}`;
    Object.assign(this, { tag, backend, variables: { ...(backend === "pg" && PATIENT), ...variables } });
    this.site = new Site(folder, {
      name: tag,
      state: this.through(port, stateOn(backend, folder)),
      openstack: {
        region: "RegionOne",
        services: ["compute", "network"],
        unmanaged: { domains: ["Default"], projects: ["Default/admin"], users: ["Default/admin"] },
        ...more.openstack,
      },
    });
    this.counts = SIZES[size] ?? size;
    this.site.write({ ...this.files(), ...more.files });
    this.stack = `${tag}-openstack`;
    this.folder = join(this.site.output, "stacks", this.stack);
  }

  /** A state that is reached by another port of loopback. */
  through(port, state) {
    if (port === undefined) return state;
    const led = (text) => text.replace(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`);
    if (this.backend === "pg") this.variables.PG_CONN_STR = led(process.env.PG_CONN_STR);
    return JSON.parse(led(JSON.stringify(state)));
  }

  names(many) {
    return Array.from({ length: this.counts[many] }, (_, index) => `${this.tag}-${many.slice(0, 4)}${index}`);
  }

  files() {
    const files = {};
    for (const name of this.names("roles")) files[`openstack/roles/${name}.yaml`] = { role: { name } };
    for (const name of this.names("groups"))
      files[`openstack/groups/Default/${name}.yaml`] = { group: { name, domain: "Default" } };
    const flavors = this.names("flavors");
    for (const name of flavors)
      files[`openstack/flavors/${name}.yaml`] = {
        flavor: { name, vcpus: 1, ram: "512 MiB", disk: 1, is_public: false },
      };
    for (const name of this.names("projects"))
      files[`openstack/projects-quotas-acls/Default/${name}.yaml`] = {
        metadata: { contacts: ["cloud@example.org"] },
        project: { name, domain: "Default", description: "Made to be interrupted" },
        quota: { cores: 4, network: 3 },
        acls: { flavors: flavors.slice(0, 2) },
      };
    for (const name of this.names("networks"))
      files[`openstack/networks/${name}.yaml`] = { network: { name, admin_state_up: true } };
    return files;
  }

  environment(more = {}) {
    return {
      ...process.env,
      ...QUIET,
      CLOUD_ENTITIES_ROOT: this.site.root,
      CLOUD_ENTITIES_ENVIRONMENT: this.tag,
      CLOUD_ENTITIES_AS_OF: "2026-11-21",
      ...this.variables,
      ...more,
    };
  }

  /** Starts terraform in the stack's folder. */
  terraform(args, { variables, ...options } = {}) {
    const env = this.environment(variables);
    return started(TERRAFORM, [...args, "-no-color"], { ...options, cwd: this.folder, env });
  }

  /** Starts `cloud-entities`. */
  cloudEntities(verb, ...args) {
    return started(process.execPath, [join(home, "bin/cloud-entities.mjs"), verb, ...args], {
      cwd: home,
      env: this.environment(),
    });
  }

  /** Starts `cdktf`, as users deploy. Providers are locked by asking the public registry: not here. */
  cdktf(verb, { variables, ...options } = {}) {
    const cli = join(home, "node_modules/cdktf-cli/bundle/bin/cdktf.js");
    const args = [cli, verb, this.stack, "--skip-provider-lock", "--output", this.site.output];
    if (verb !== "diff") args.push("--auto-approve");
    return started(process.execPath, args, { ...options, cwd: home, env: this.environment(variables) });
  }

  /** Synthesised and initialised; with `seeded` false a PostgreSQL database does not know the stack yet. */
  async ready(seeded = true) {
    await good(this.cloudEntities("synth", "--output", this.site.output));
    await good(this.terraform(["init"]));
    // The first deploy to a PostgreSQL database keeps all others out of it: `two-at-once.mjs` shows it.
    if (this.backend === "pg" && seeded) await good(this.push(EMPTY));
    return this;
  }

  /** Starts to write a state. */
  push(state) {
    const file = join(this.folder, "pushed.json");
    writeFileSync(file, JSON.stringify(state));
    return this.terraform(["state", "push", "-lock-timeout=60s", file]);
  }

  apply(...options) {
    return this.terraform(["apply", "-auto-approve", ...options]);
  }

  /** Frees the state after a command that died; says whether it was locked. PostgreSQL does it by itself. */
  async unlock() {
    const { said } = await this.terraform(["plan", "-refresh=false", "-lock-timeout=0s"]).ended;
    if (!/Error acquiring the state lock/.test(said)) return false;
    const freed = await good(this.terraform(["force-unlock", "-force", lockIn(said)]));
    assert.match(freed, /Terraform state has been successfully unlocked!/);
    return true;
  }

  /** Takes over what is in no state; returns the addresses, and what was said. */
  async adopt() {
    const said = await good(this.cloudEntities("adopt", this.stack, "--output", this.site.output));
    const file = join(this.folder, "imports.tf.json");
    const found = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).import : [];
    return { said, addresses: found.map(({ to }) => to) };
  }

  /** What a whole plan, with a look at the cloud, would do. */
  async plan() {
    const { status, said } = await this.terraform(["plan", "-detailed-exitcode"]).ended;
    return { empty: status === 0, said };
  }

  /** The ids of all resources in the state, by address. */
  async state() {
    return idsOf(await good(this.terraform(["state", "pull"])));
  }

  /** Of each resource in the state, by address, whether it is "there" or "tainted": to be made anew. */
  async conditions() {
    const { resources = [] } = JSON.parse((await good(this.terraform(["state", "pull"]))) || "{}");
    return new Map(
      resources.flatMap(({ type, name, instances }) =>
        instances.map(({ status = "there" }) => [`${type}.${name}`, status]),
      ),
    );
  }

  /** What the cloud holds of this site: `{ many, name, id, address }`. */
  async inCloud(cloud) {
    const found = [];
    for (const [many, { service, path, type }] of Object.entries(LISTS))
      for (const { name, id } of (await cloud.get(service, path))[many])
        if (name.startsWith(`${this.tag}-`))
          found.push({ many, name, id, address: addressOf(type, many, name) });
    return found;
  }

  /** The names of what ought to be there, each once. */
  wanted() {
    return Object.keys(LISTS)
      .flatMap((many) => this.names(many))
      .sort();
  }

  async namesInCloud(cloud) {
    return (await this.inCloud(cloud)).map(({ name }) => name).sort();
  }

  /** What exists and is in no state. */
  async orphans(cloud) {
    const known = new Set((await this.state()).values());
    return (await this.inCloud(cloud)).filter(({ id }) => !known.has(id));
  }

  /** Removes everything of this site from the cloud. */
  async sweep(cloud) {
    for (const { many, id } of await this.inCloud(cloud))
      await cloud.call("DELETE", LISTS[many].service, `/${many}/${id}`, undefined, { ok: [202, 204, 404] });
  }
}

const EMPTY = {
  version: 4,
  terraform_version: "1.11.0",
  serial: 1,
  lineage: "00000000-0000-4000-8000-000000000000",
  outputs: {},
  resources: [],
};

export function idsOf(said) {
  const state = said.trim() === "" ? {} : JSON.parse(said);
  const resources = (state.resources ?? []).filter(({ mode }) => mode === "managed");
  return new Map(
    resources.flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => [`${type}.${name}`, attributes.id]),
    ),
  );
}

/** The id of the lock that keeps a command out. HTTP says it first; what it calls "Lock Info" is who asked. */
export const lockIn = (said) => (/\bID=(\S+)/.exec(said) ?? /\bID:\s+(\S+)/.exec(said))?.[1];

function addressOf(type, many, name) {
  const local = name.replace(/[^A-Za-z0-9_]/g, "_");
  return `${type}.${["projects", "groups"].includes(many) ? `Default_${local}` : local}`;
}

/** What a command printed, which has to end well. */
export async function good(run) {
  const { status, signal, said } = await run.ended;
  if (status !== 0) throw new Error(`ended with ${status ?? signal}:\n${said.slice(-6000)}`);
  return said;
}
