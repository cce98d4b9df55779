// Where a cloud lies, and what may be chosen of it.
import { createHash } from "node:crypto";
import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** The ports of every server, before the offset. */
const PORTS = {
  keystone: 5000,
  placement: 8778,
  nova: 8774,
  neutron: 9696,
  cinder: 8776,
  glance: 9292,
  octavia: 9876,
  barbican: 9311,
  memcached: 11211,
  etcd: 2379,
  "etcd-peer": 2380,
  kubernetes: 6443,
  postgres: 15432,
  s3: 7070,
  "http-state": 7080,
};

/** Ports near them that `fetch` refuses to ask (fetch.spec.whatwg.org, "bad port"). */
const REFUSED = [5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080];

/** What can be set, for the help. */
export const VARIABLES = [
  ["E2E_CLOUD_DIR", "where the cloud keeps everything (a folder in TMPDIR)"],
  ["E2E_CLOUD_OFFSET", "added to every port: a second cloud beside it (0)"],
  ["E2E_CLOUD_HOSTS", "compute hosts cmp001… that Nova knows (8)"],
  ["E2E_CLOUD_WORKERS", "processes of each OpenStack API (2)"],
  ["E2E_CLOUD_WAIT", "seconds to wait for a server (120)"],
  ["CLOUD_ENTITIES_CACHE", "what is kept between clouds (~/.cache/cloud-entities)"],
];

/**
 * The setting of one cloud: `folder` and what lies in it, `cache`, `port` by server, `password`, `region`.
 * Everything is fixed but what the variables above say; throws a sentence where one of them makes no sense.
 */
export function settingOf(variables = process.env) {
  const { uid } = userInfo();
  const offset = number(variables, "E2E_CLOUD_OFFSET", 0, 40_000);
  const refused = Object.values(PORTS).find((port) => REFUSED.includes(port + offset));
  if (refused !== undefined)
    throw new Error(
      `E2E_CLOUD_OFFSET is ${offset}: that makes a port ${refused + offset}, which fetch refuses`,
    );
  const folder = resolve(
    variables.E2E_CLOUD_DIR || join(tmpdir(), `cloud-entities-cloud-${uid}${offset ? `-${offset}` : ""}`),
  );
  const cacheHome = variables.XDG_CACHE_HOME || join(homedir(), ".cache");
  const cache = resolve(variables.CLOUD_ENTITIES_CACHE || join(cacheHome, "cloud-entities"), "cloud");
  return Object.freeze({
    folder,
    etc: join(folder, "etc"),
    log: join(folder, "log"),
    run: join(folder, "run"),
    tmp: join(folder, "tmp"),
    cache,
    /** Debian packages that are unpacked, not installed. */
    unpacked: join(cache, "packages"),
    port: Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, port + offset])),
    /** The path of a unix socket may have 107 bytes. */
    socket: short(join(folder, "run", "mariadb.sock")),
    password: "loopback",
    region: "RegionOne",
    hosts: number(variables, "E2E_CLOUD_HOSTS", 8, 10_000),
    workers: number(variables, "E2E_CLOUD_WORKERS", 2, 64),
    wait: number(variables, "E2E_CLOUD_WAIT", 120, 3600),
  });
}

function number(variables, name, standard, max) {
  const text = variables[name];
  if (!text) return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new Error(`${name} is "${text}": write a whole number from 0 to ${max}`);
  return value;
}

function short(path) {
  if (path.length <= 100) return path;
  const name = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return `/tmp/.cloud-entities-${name}.sock`;
}
