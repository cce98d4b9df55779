// OpenStack (Zed) from Debian's packages: eight APIs under uwsgi, MariaDB and memcached. No systemd, no containers, no
// message broker, no agents; so networks, quotas, flavors and aggregates are real, and no server boots.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { login } from "./openstack/api.mjs";
import { catalogue } from "./openstack/catalogue.mjs";
import { address, configuration, DATABASES, database, environment, SERVICES } from "./openstack/config.mjs";
import { versionOf } from "./packages.mjs";
import { answers, cleanEnvironment, command, commandBeside, http, start, stop } from "./process.mjs";

const here = dirname(fileURLToPath(import.meta.url));

const INSTALLED = [
  ..."keystone placement nova neutron cinder glance octavia barbican"
    .split(" ")
    .map((one) => `python3-${one}`),
  ..."python3-openstackclient python3-octaviaclient uwsgi-core uwsgi-plugin-python3".split(" "),
  ..."mariadb-server-core mariadb-client-core memcached".split(" "),
];

/** Their maintainer scripts would make users, databases and files in /etc: taken apart instead. */
const UNPACKED = "nova neutron cinder glance barbican".split(" ").map((one) => `${one}-common`);

const PYTHON = "/usr/bin/python3";

/** What an empty cloud is made of, kept as one archive. */
const TEMPLATE = ["mariadb", "etc/keystone/fernet-keys", "etc/keystone/credential-keys"];

export const openstack = {
  name: "openstack",
  packages: { installed: INSTALLED, unpacked: UNPACKED },

  /** Writes the configuration; makes the databases, from the template of an earlier cloud where there is one. */
  async prepare(setting, say) {
    configure(setting);
    if (existsSync(join(setting.folder, "mariadb"))) return;
    const template = join(setting.cache, `openstack-${templateKey(setting)}.tar`);
    if (existsSync(template)) {
      command("tar", ["-C", setting.folder, "-xf", template]);
      return;
    }
    say("making the databases of OpenStack, half a minute …");
    try {
      await make(setting);
      save(setting, template);
    } catch (error) {
      rmSync(join(setting.folder, "mariadb"), { recursive: true, force: true });
      throw error;
    }
  },

  daemons(setting) {
    const apis = Object.entries(SERVICES).map(([name, { path }]) => ({
      name,
      command: "/usr/bin/uwsgi",
      args: ["--ini", join(setting.etc, name, "uwsgi.ini")],
      env: environment(setting),
      port: setting.port[name],
      health: http(address(setting, name, path), [200, 300, 401]),
      patience: 10,
    }));
    return [mariadb(setting), memcached(setting), ...apis];
  },

  variables(setting) {
    return {
      OS_AUTH_URL: address(setting, "keystone", "/v3"),
      OS_IDENTITY_API_VERSION: "3",
      OS_AUTH_TYPE: "password",
      OS_USERNAME: "admin",
      OS_PASSWORD: setting.password,
      OS_PROJECT_NAME: "admin",
      OS_TENANT_NAME: "admin",
      OS_USER_DOMAIN_NAME: "Default",
      OS_PROJECT_DOMAIN_NAME: "Default",
      OS_REGION_NAME: setting.region,
      OS_INTERFACE: "public",
      OS_ENDPOINT_TYPE: "publicURL",
    };
  },

  /** Variables of another login that would stand in the way of ours. */
  unset: ["OS_CLOUD", "OS_TOKEN", "OS_DOMAIN_NAME", "OS_USER_ID", "OS_PROJECT_ID"],
};

/** Registers compute hosts with Nova, so that aggregates can hold them. */
export function registerHosts(setting, names) {
  const conf = join(setting.etc, "nova", "nova.conf");
  command(PYTHON, [join(here, "openstack/hosts.py"), conf, ...names], { env: pythonEnvironment(setting) });
}

function configure(setting) {
  const folders = [
    ...Object.keys(SERVICES).map((name) => join("var", name)),
    ...["images", "staging", "tasks", "cache"].map((name) => join("var/glance", name)),
    ".barbican",
    "log",
    "run",
    "tmp",
  ];
  for (const folder of folders) mkdirSync(join(setting.folder, folder), { recursive: true });
  mkdirSync(setting.etc, { recursive: true, mode: 0o700 });
  for (const [file, text] of Object.entries(configuration(setting))) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // Both look for a file beside their own.
  copy(setting, "nova-common/usr/share/nova-common/api-paste.ini", "nova/api-paste.ini");
  copy(setting, "glance-common/usr/share/glance-common/schema-image.json", "glance/schema-image.json");
  copy(setting, "glance-common/usr/share/glance-common/glance-api-paste.ini", "glance/glance-api-paste.ini");
  // Barbican finds its file by the home folder.
  const link = join(setting.folder, ".barbican", "barbican.conf");
  rmSync(link, { force: true });
  symlinkSync(join(setting.etc, "barbican", "barbican.conf"), link);
}

function copy({ unpacked, etc }, from, to) {
  writeFileSync(join(etc, to), readFileSync(join(unpacked, from)));
}

/** Databases, keys, the catalogue, hosts: a new OpenStack, stopped. */
async function make(setting) {
  const data = join(setting.folder, "mariadb");
  const running = [mariadb(setting), memcached(setting)];
  const named = (name) => openstack.daemons(setting).find((one) => one.name === name);
  command(
    "mariadb-install-db",
    [
      ...["--no-defaults", `--datadir=${data}`, "--skip-test-db", "--auth-root-authentication-method=normal"],
      ...["--innodb-flush-method=nosync", "--innodb-file-per-table=0", "--skip-name-resolve"],
      ...(process.getuid() === 0 ? ["--user=root"] : []),
    ],
    { env: cleanEnvironment(setting) },
  );
  try {
    for (const daemon of running) await start(setting, daemon);
    for (const daemon of running) await answers(setting, daemon);
    sql(setting, DATABASES.map((name) => `CREATE DATABASE ${name} CHARACTER SET utf8mb3;`).join("\n"));
    await migrate(setting);
    for (const name of ["keystone", "placement"]) {
      running.push(named(name));
      await start(setting, named(name));
    }
    for (const name of ["keystone", "placement"]) await answers(setting, named(name));
    await catalogue(await login(openstack.variables(setting)), setting);
    liftQuotas(setting);
    const hosts = Array.from({ length: setting.hosts }, (_, i) => `cmp${String(i + 1).padStart(3, "0")}`);
    if (hosts.length > 0) registerHosts(setting, hosts);
  } finally {
    for (const daemon of running.reverse()) await stop(setting, daemon);
  }
}

/** The schemas of all services, side by side; the commands of one service in their order. */
async function migrate(setting) {
  const { etc, unpacked } = setting;
  const manage = (name) => join(unpacked, `${name}-common/usr/bin/${name}-manage`);
  const user = command("id", ["-un"]).trim();
  const group = command("id", ["-gn"]).trim();
  const keystone = (...words) => ["--", "--config-dir", join(etc, "keystone"), ...words];
  const nova = (...words) => ["--", "--config-file", join(etc, "nova/nova.conf"), ...words];
  const forks = join(here, "openstack/forks.py");
  const identity = address(setting, "keystone", "/v3");
  const owner = ["--keystone-user", user, "--keystone-group", group];
  const commands = {
    neutron: [
      join(unpacked, "neutron-common/usr/bin/neutron-db-manage"),
      ...["--config-file", join(etc, "neutron/neutron.conf"), "upgrade", "heads"],
    ],
    keystone: [
      ...[forks, "keystone.cmd.manage:main", "keystone-manage"],
      ...keystone("fernet_setup", ...owner),
      ...keystone("credential_setup", ...owner),
      ...keystone("db_sync"),
      ...keystone(
        ...["bootstrap", "--bootstrap-password", setting.password, "--bootstrap-region-id", setting.region],
        ...["public", "internal", "admin"].flatMap((kind) => [`--bootstrap-${kind}-url`, identity]),
      ),
    ],
    nova: [
      ...[forks, "nova.cmd.manage:main", "nova-manage"],
      ...nova("api_db", "sync"),
      ...nova("cell_v2", "map_cell0", "--database_connection", database(setting, "nova_cell0")),
      ...nova("db", "sync"),
      ...nova("cell_v2", "create_cell", "--name", "cell1"),
      ...["--database_connection", database(setting, "nova"), "--transport-url", "fake:///"],
    ],
    placement: [
      "/usr/bin/placement-manage",
      "--config-file",
      join(etc, "placement/placement.conf"),
      "db",
      "sync",
    ],
    cinder: [manage("cinder"), "--config-file", join(etc, "cinder/cinder.conf"), "db", "sync"],
    glance: [manage("glance"), "--config-file", join(etc, "glance/glance-api.conf"), "db_sync"],
    octavia: [
      "/usr/bin/octavia-db-manage",
      "--config-file",
      join(etc, "octavia/octavia.conf"),
      "upgrade",
      "head",
    ],
    barbican: [join(unpacked, "barbican-common/usr/bin/barbican-db-manage"), "upgrade"],
  };
  const env = pythonEnvironment(setting);
  const all = Object.entries(commands).map(([name, args]) =>
    commandBeside(PYTHON, args, { env, cwd: setting.tmp, log: join(setting.log, `make-${name}.log`) }),
  );
  const failed = (await Promise.allSettled(all)).find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

/** What Terraform makes without a project counts against the administrator's, and stock Neutron grants it little. */
function liftQuotas(setting) {
  const admin = "(SELECT id FROM keystone.project WHERE name = 'admin' AND domain_id = 'default')";
  const resources =
    "network subnet port router floatingip security_group security_group_rule rbac_policy trunk subnetpool";
  const rows = resources.split(" ").map((name) => `(UUID(), ${admin}, '${name}', -1)`);
  sql(setting, `INSERT INTO neutron.quotas (id, project_id, resource, \`limit\`) VALUES ${rows.join(", ")};`);
}

function sql({ socket }, text) {
  return command("mariadb", ["--no-defaults", "-N", "-S", socket, "-u", "root"], { input: text });
}

function mariadb(setting) {
  return {
    name: "mariadb",
    command: "/usr/sbin/mariadbd",
    args: [`--defaults-file=${join(setting.etc, "mariadb/my.cnf")}`],
    health: async () => sql(setting, "SELECT 1;") !== "",
    patience: 60,
    first: true,
  };
}

function memcached({ port }) {
  const user = process.getuid() === 0 ? ["-u", "root"] : [];
  return {
    name: "memcached",
    command: "/usr/bin/memcached",
    args: [...user, ..."-l 127.0.0.1 -U 0 -m 128 -c 2048 -t 2 -p".split(" "), String(port.memcached)],
    port: port.memcached,
    health: async () => true,
    patience: 5,
  };
}

function pythonEnvironment(setting) {
  return { ...cleanEnvironment(setting), ...environment(setting) };
}

/** A template fits as long as what it is made from is the same: our files, settings that stand in it, packages. */
function templateKey(setting) {
  const hash = createHash("sha256");
  const files = [
    join(here, "openstack.mjs"),
    ...readdirSync(join(here, "openstack")).map((file) => join(here, "openstack", file)),
  ];
  for (const file of files.sort()) hash.update(readFileSync(file));
  const { folder, cache, port, hosts, password, region } = setting;
  hash.update(JSON.stringify([folder, cache, port, hosts, password, region]));
  hash.update(JSON.stringify(INSTALLED.map((name) => versionOf(name))));
  return hash.digest("hex").slice(0, 16);
}

/** Keeps the three newest templates. */
function save(setting, template) {
  const scratch = `${template}.${process.pid}`;
  command("tar", ["-C", setting.folder, "-cf", scratch, ...TEMPLATE]);
  renameSync(scratch, template);
  const age = (name) => statSync(join(setting.cache, name)).mtimeMs;
  const all = readdirSync(setting.cache).filter((name) => /^openstack-\w+\.tar$/.test(name));
  for (const old of all.sort((one, other) => age(other) - age(one)).slice(3))
    rmSync(join(setting.cache, old), { force: true });
}
