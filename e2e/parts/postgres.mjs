// PostgreSQL on loopback, for Terraform's pg backend. Nothing is safe from a power cut here, and nothing need be.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { command } from "./process.mjs";

const NAME = "terraform";
/** For tests beside others: the first deploy of a stack keeps all others out of its database. */
const BESIDE = "terraform_beside";
const INSTALLED = "/usr/lib/postgresql";
const LIBRARIES = [
  ...["libpq5", "libicu72", "libldap-2.5-0", "libxml2", "libgssapi-krb5-2", "libpam0g"],
  ...["liblz4-1", "libzstd1", "libssl3", "libsystemd0", "tzdata"],
];
/** It refuses to run as root. */
const NOBODY = 65534;

export const postgres = {
  name: "postgres",

  // The package's scripts would make a user, a cluster below /etc and a unit, so it is only unpacked. It finds its files
  // relative to its program. One that is installed already serves as well.
  get packages() {
    if (installed()) return {};
    return { installed: LIBRARIES, unpacked: ["postgresql-15", "postgresql-client-15"] };
  },

  async prepare(setting, say) {
    const data = dataOf(setting);
    if (existsSync(data)) return;
    say("making a PostgreSQL cluster …");
    passable(setting);
    mkdirSync(dirname(data), { recursive: true, mode: 0o755 });
    copyPrograms(setting);
    initialise(setting, data);
  },

  daemons(setting) {
    const port = setting.port.postgres;
    const ready = ["--host", "127.0.0.1", "--port", port, "--dbname", NAME, "--quiet"];
    return [
      {
        name: "postgres",
        command: join(serverPrograms(setting), "postgres"),
        args: [
          "-D",
          dataOf(setting),
          ...Object.entries(settings(port)).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
        ],
        user: identity().uid,
        port,
        health: async () => command(join(clientPrograms(setting), "pg_isready"), ready) !== undefined,
        // TERM would wait for the last client.
        ending: "SIGINT",
        patience: 20,
      },
    ];
  },

  variables(setting) {
    const login = `${NAME}:${encodeURIComponent(setting.password)}`;
    const address = (name) =>
      `postgres://${login}@127.0.0.1:${setting.port.postgres}/${name}?sslmode=disable`;
    return { PG_CONN_STR: address(NAME), E2E_PG_BESIDE: address(BESIDE) };
  },
};

/** Durability is for those who have something to lose. */
const settings = (port) => ({
  listen_addresses: "127.0.0.1",
  port,
  unix_socket_directories: "",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  jit: "off",
  shared_buffers: "32MB",
  timezone: "UTC",
  log_timezone: "UTC",
});

const dataOf = (setting) => join(setting.folder, "var/postgres/data");

/** Where the newest installed server's programs lie; nothing without one. */
function installed() {
  if (!existsSync(INSTALLED)) return undefined;
  const programs = readdirSync(INSTALLED)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(INSTALLED, version, "bin"));
  return programs.find((folder) =>
    ["postgres", "initdb", "pg_isready"].every((name) => existsSync(join(folder, name))),
  );
}

const unpacked = (setting, name) => join(setting.unpacked, name, "usr/lib/postgresql/15/bin");
const clientPrograms = (setting) => installed() ?? unpacked(setting, "postgresql-client-15");

/** The cache lies in root's home, where the user that the server runs as cannot go: it gets a copy. */
function serverPrograms(setting) {
  if (process.getuid() !== 0) return installed() ?? unpacked(setting, "postgresql-15");
  return installed() ?? join(copyOf(setting), "lib/postgresql/15/bin");
}
const copyOf = (setting) => join(setting.folder, "var/postgres/usr");

function copyPrograms(setting) {
  const copy = copyOf(setting);
  if (installed() || process.getuid() !== 0 || existsSync(copy)) return;
  rmSync(`${copy}.half`, { recursive: true, force: true });
  const filter = (path) => !path.endsWith("/bitcode");
  cpSync(join(setting.unpacked, "postgresql-15/usr"), `${copy}.half`, { recursive: true, filter });
  renameSync(`${copy}.half`, copy);
}

const identity = () => (process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {});

/** Lets it, where it is another user, through to its data. */
function passable(setting) {
  if (process.getuid() !== 0) return;
  for (const folder of [setting.folder, setting.tmp, join(setting.folder, "var")]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, statSync(folder).mode | 0o111);
  }
  try {
    command("/usr/bin/test", ["-x", setting.tmp], identity());
  } catch {
    throw new Error(
      `PostgreSQL does not run as root but as user ${NOBODY}, and that user cannot enter ${setting.folder}: choose another place with E2E_CLOUD_DIR, or allow others to pass (chmod o+x) on the way there`,
    );
  }
}

/** Makes a cluster with its databases; under its name only when it is whole. */
function initialise(setting, data) {
  const programs = serverPrograms(setting);
  const scratch = join(dirname(data), "making");
  const password = join(dirname(data), "password");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  writeFileSync(password, `${setting.password}\n`, { mode: 0o600 });
  if (process.getuid() === 0) for (const path of [scratch, password]) chownSync(path, NOBODY, NOBODY);
  const options = { ...identity(), cwd: setting.tmp, env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" } };
  command(
    join(programs, "initdb"),
    [
      ...["--pgdata", scratch, "--username", NAME, "--pwfile", password, "--auth", "scram-sha-256"],
      ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
    ],
    options,
  );
  // One user, no server: the only way to a database before it runs.
  command(join(programs, "postgres"), ["--single", "-D", scratch, "-F", "-j", "postgres"], {
    ...options,
    input: [NAME, BESIDE].map((name) => `CREATE DATABASE ${name};\n\n`).join(""),
  });
  rmSync(password);
  renameSync(scratch, data);
}
