// Copies of whole sites, fitted to a loopback cloud, and the commands that deploy them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { dump, load } from "js-yaml";
import { merged } from "./site.mjs";
import { begin, home, QUIET } from "./terraform.mjs";

/** The settings of a backend on loopback, by what `e2e/cloud openrc` exports. */
export function stateOn(backend, folder) {
  switch (backend) {
    case "local":
      return { backend, path: join(folder, "state/{stack}.tfstate") };
    case "pg":
      return { backend, schema_name: "{stack}" };
    case "s3":
      return {
        backend,
        bucket: "terraform",
        key: "{stack}.tfstate",
        region: "us-east-1",
        endpoints: { s3: process.env.E2E_S3_ENDPOINT },
        use_path_style: true,
        use_lockfile: true,
        skip_credentials_validation: true,
        skip_region_validation: true,
        skip_requesting_account_id: true,
        skip_metadata_api_check: true,
        skip_s3_checksum: true,
      };
    case "http": {
      const address = `${process.env.E2E_HTTP_STATE}/{stack}`;
      return {
        backend,
        address,
        lock_address: `${address}/lock`,
        unlock_address: `${address}/lock`,
        lock_method: "POST",
        unlock_method: "DELETE",
      };
    }
    default:
      throw new Error(`no backend ${backend}`);
  }
}

/** A copy of one environment of a data root, and of its layers, in a folder; its state in a backend on loopback. */
export class SiteCopy {
  constructor({ from, environment, folder, backend }) {
    this.root = join(folder, "site");
    this.environment = environment;
    this.output = join(folder, "out");
    /** Is given what a command says, while it says it. */
    this.watch = undefined;
    mkdirSync(this.root, { recursive: true });
    for (const part of ["entities", `environments/${environment}`])
      if (existsSync(join(from, part))) cpSync(join(from, part), join(this.root, part), { recursive: true });
    this.patch("environment.yaml", { environment: { state: null } });
    this.patch("environment.yaml", { environment: { state: stateOn(backend, folder) } });
  }

  file(path) {
    return join(this.root, "environments", this.environment, path);
  }

  read(path) {
    return load(readFileSync(this.file(path), "utf8"));
  }

  /** Changes a file by a merge patch (RFC 7396). */
  patch(path, change) {
    writeFileSync(this.file(path), dump(merged(this.read(path), change)));
  }

  /**
   * Writes a clouds.yaml with the login of the environment variables, under the name that the site gives its cloud;
   * returns the variable that says where it is.
   */
  cloudsYaml() {
    const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;
    const { cloud, region } = this.read("environment.yaml").environment.openstack;
    if (cloud === undefined) return {};
    const auth = {
      auth_url: OS_AUTH_URL,
      username: OS_USERNAME,
      password: OS_PASSWORD,
      project_name: OS_PROJECT_NAME,
      user_domain_name: process.env.OS_USER_DOMAIN_NAME,
      project_domain_name: process.env.OS_PROJECT_DOMAIN_NAME,
    };
    const file = join(this.root, "clouds.yaml");
    writeFileSync(
      file,
      dump({ clouds: { [cloud]: { auth, region_name: region, identity_api_version: 3 } } }),
    );
    return { OS_CLIENT_CONFIG_FILE: file };
  }

  /** The YAML files of a kind, by its folder, in the environment and in all layers. */
  files(folder) {
    const homes = readdirSync(join(this.root, "entities"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(this.root, "entities", name));
    return [...homes, this.file("")]
      .map((one) => join(one, folder))
      .filter((one) => existsSync(one))
      .flatMap((one) => readdirSync(one, { recursive: true }).map((file) => join(one, file)))
      .filter((file) => file.endsWith(".yaml"));
  }

  /** Runs `cdktf` as a user does, and returns what it printed. Providers are locked by asking the public registry: not here. */
  cdktf(...args) {
    const cli = join(home, "node_modules/cdktf-cli/bundle/bin/cdktf.js");
    return this.ran(process.execPath, [cli, ...args, "--skip-provider-lock", "--output", this.output]);
  }

  /** Runs `cloud-entities` on the copy. */
  cloudEntities(...args) {
    return this.ran(process.execPath, [join(home, "bin/cloud-entities.mjs"), ...args]);
  }

  async ran(program, args) {
    const env = {
      ...process.env,
      ...QUIET,
      CLOUD_ENTITIES_ROOT: this.root,
      CLOUD_ENTITIES_ENVIRONMENT: this.environment,
      CLOUD_ENTITIES_AS_OF: "2026-11-21",
    };
    const { child, ended } = begin(program, args, { cwd: home, env });
    if (this.watch) child.stdout.on("data", (text) => this.watch(stripVTControlCharacters(text)));
    const { status, stdout, stderr } = await ended;
    const said = stripVTControlCharacters(stdout + stderr);
    if (status !== 0)
      throw new Error(`${args.slice(1).join(" ")} ended with ${status}:\n${said.slice(-6000)}`);
    return said;
  }
}
