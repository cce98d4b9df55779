/** The quota keys of each service: what may be written, in which unit, and what a fresh OpenStack grants. */
import type { z } from "zod";
import { map, quota } from "./fields";
import type { Unit } from "./units";

/** The services of a cloud that have quotas. */
export const SERVICES = ["compute", "volume", "network", "load-balancer", "key-manager"] as const;

export type Service = (typeof SERVICES)[number];

interface QuotaKey {
  readonly description: string;
  /** What a fresh OpenStack grants; absent: emitted only where it is written. */
  readonly stock?: number;
  readonly unit?: Unit;
  /** The capability that the environment must have. */
  readonly needs?: "volume_groups" | "l7_quota";
}

/** Every quota key by service. */
export const QUOTA_KEYS: Readonly<Record<Service, Readonly<Record<string, QuotaKey>>>> = {
  compute: {
    cores: { description: "Virtual CPUs.", stock: 20 },
    instances: { description: "Servers.", stock: 10 },
    ram: { description: "Memory of all servers.", stock: 51200, unit: "MiB" },
    key_pairs: { description: "Key pairs of one user.", stock: 100 },
    server_groups: { description: "Server groups.", stock: 10 },
    server_group_members: { description: "Servers in one server group.", stock: 10 },
    metadata_items: { description: "Metadata items of one server." },
    injected_files: { description: "Files injected into one server." },
    injected_file_content_bytes: { description: "Bytes of one injected file.", unit: "bytes" },
    injected_file_path_bytes: { description: "Bytes of the path of one injected file.", unit: "bytes" },
  },
  volume: {
    volumes: { description: "Volumes.", stock: 10 },
    snapshots: { description: "Snapshots of volumes.", stock: 10 },
    gigabytes: { description: "Size of all volumes and snapshots.", stock: 1000, unit: "GiB" },
    per_volume_gigabytes: { description: "Size of one volume.", stock: -1, unit: "GiB" },
    backups: { description: "Backups of volumes.", stock: 10 },
    backup_gigabytes: { description: "Size of all backups.", stock: 1000, unit: "GiB" },
    groups: { description: "Groups of volumes.", stock: 10, needs: "volume_groups" },
  },
  network: {
    network: { description: "Networks.", stock: 100 },
    subnet: { description: "Subnets.", stock: 100 },
    subnetpool: { description: "Subnet pools.", stock: -1 },
    port: { description: "Ports.", stock: 500 },
    router: { description: "Routers.", stock: 10 },
    floatingip: { description: "Floating IP addresses.", stock: 50 },
    rbac_policy: { description: "RBAC policies.", stock: 10 },
    security_group: { description: "Security groups.", stock: 10 },
    security_group_rule: { description: "Security group rules.", stock: 100 },
  },
  "load-balancer": {
    loadbalancer: { description: "Load balancers.", stock: -1 },
    listener: { description: "Listeners.", stock: -1 },
    member: { description: "Members of pools.", stock: -1 },
    pool: { description: "Pools.", stock: -1 },
    health_monitor: { description: "Health monitors.", stock: -1 },
    l7_policy: { description: "L7 policies.", stock: -1, needs: "l7_quota" },
    l7_rule: { description: "L7 rules.", stock: -1, needs: "l7_quota" },
  },
  "key-manager": {
    secrets: { description: "Secrets.", stock: -1 },
    orders: { description: "Orders.", stock: -1 },
    containers: { description: "Containers.", stock: -1 },
    consumers: { description: "Consumers of containers.", stock: -1 },
    cas: { description: "Certificate authorities.", stock: -1 },
  },
};

/** The service of each quota key, `volume_type_quota` included. */
export const SERVICE_OF: ReadonlyMap<string, Service> = new Map([
  ...SERVICES.flatMap((service) => Object.keys(QUOTA_KEYS[service]).map((key) => [key, service] as const)),
  ["volume_type_quota", "volume"],
]);

/** The three quotas that Cinder keeps for each volume type, by the prefix of their keys, with their stock value. */
export const TYPE_QUOTAS = ["volumes", "snapshots", "gigabytes"] as const;

/** The fields of a quota map: every service's keys side by side. */
export function quotaFields(): Record<string, z.ZodType<number | undefined>> {
  const fields: Record<string, z.ZodType<number | undefined>> = {};
  for (const service of SERVICES) {
    for (const [key, { description, stock, unit }] of Object.entries(QUOTA_KEYS[service])) {
      const stockText = stock === undefined ? "" : ` Stock value ${stock}.`;
      fields[key] = quota({ description: `${description}${stockText}` }, unit).optional();
    }
  }
  return fields;
}

/** `volume_type_quota`: `{gigabytes_<type>: …, volumes_<type>: …, snapshots_<type>: …}`. */
export const volumeTypeQuota = map(
  { description: "Quotas of volume types.", examples: [{ gigabytes_ssd: 500 }] },
  quota({ description: "A quota of one volume type; sizes in GiB." }, "GiB"),
);
