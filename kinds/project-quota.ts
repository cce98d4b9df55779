import type { Look, Origin, Source } from "./kind";
import { QUOTA_KEYS, SERVICE_OF, SERVICES, type Service, TYPE_QUOTAS } from "./quota";
import { type QuotaClassSpec, quotaClass } from "./quota-class";
import { volumeTypeNames } from "./quota-rules";

/** The quotas that a project gets, every key of each service that it has a resource for. */
export interface EffectiveQuota {
  /** The services whose quotas are emitted. */
  readonly services: readonly Service[];
  /** Every key of these services, in base units. */
  readonly quota: Readonly<Record<string, number>>;
  /** The keys of all volume types; absent: none is emitted. */
  readonly volume_type_quota?: Readonly<Record<string, number>> | undefined;
  /** Whether its properties go by REST. */
  readonly sendsProperties: boolean;
}

/** The Terraform object that carries the quotas of a service, and how its name ends. */
export const RESOURCE_OF: Readonly<Record<Service, { type: string; suffix: string }>> = {
  compute: { type: "openstack_compute_quotaset_v2", suffix: "compute_quota_1" },
  volume: { type: "openstack_blockstorage_quotaset_v3", suffix: "blockstorage_quota_1" },
  network: { type: "openstack_networking_quota_v2", suffix: "networking_quota_1" },
  "load-balancer": { type: "openstack_lb_quota_v2", suffix: "lb_quota_1" },
  "key-manager": { type: "restapi_object", suffix: "key_manager_quota" },
};

type Values = Readonly<Record<string, number | undefined>>;

/** What one place gives: the project itself, a class, the environment. */
interface Layer {
  readonly quota: Values;
  readonly types?: Values | undefined;
  source(...key: readonly string[]): Source;
}

interface QuotaWritten {
  readonly class?: string | undefined;
  readonly volume_type_quota?: Readonly<Record<string, number>> | undefined;
}

/**
 * The effective quota: own value, then its class and the classes that one extends, then the environment's
 * `quota-defaults`, then the stock value. A service has a resource if one of its keys is given, and then all of them.
 */
export function effectiveQuota(
  written: QuotaWritten | undefined,
  look: Look,
): { quota: Quotas; origins: () => Origin[] } {
  const layers = quotaLayers(written, look);
  const services = SERVICES.filter((service) => isEmitted(service, layers, look));
  const quota: Record<string, number> = {};
  for (const service of services) {
    for (const [key, { stock }] of Object.entries(QUOTA_KEYS[service])) {
      if (!isPossible(service, key, look)) continue;
      const value = layerOf(layers, key)?.quota[key] ?? stock;
      if (value !== undefined) quota[key] = value;
    }
  }
  const volume_type_quota = services.includes("volume") ? typeQuota(layers, look) : undefined;
  const quotas = { services, quota, volume_type_quota };
  return { quota: quotas, origins: () => origins(quotas, layers) };
}

type Quotas = Omit<EffectiveQuota, "sendsProperties">;

function layerOf(layers: readonly Layer[], key: string): Layer | undefined {
  return layers.find(({ quota }) => quota[key] !== undefined);
}

/** Every layer that may give a quota; those that do not are found to be silent. */
function origins({ quota, volume_type_quota }: Quotas, layers: readonly Layer[]): Origin[] {
  const stocks = new Map(SERVICES.flatMap((service) => Object.entries(QUOTA_KEYS[service])));
  const plain = Object.keys(quota).map((key) => ({
    path: ["quota", key],
    sources: [
      ...layers.map((layer) => layer.source(key)),
      ...stock(stocks.get(key)?.stock, "what a fresh OpenStack grants"),
    ],
  }));
  const ofTypes = Object.keys(volume_type_quota ?? {}).map((key) => ({
    path: ["volume_type_quota", key],
    sources: [
      ...layers.flatMap(({ types, source }) => (types ? [source("volume_type_quota", key)] : [])),
      ...stock(-1, "no limit of its own"),
    ],
  }));
  return [...plain, ...ofTypes];
}

function stock(value: number | undefined, why: string): Source[] {
  return value === undefined ? [] : [{ stock: value, why }];
}

function quotaLayers(written: QuotaWritten | undefined, look: Look): Layer[] {
  const { class: className, volume_type_quota, ...own } = written ?? {};
  const layers: Layer[] = [];
  if (written) {
    const source: Layer["source"] = (...key) => ({ path: ["quota", ...key] });
    layers.push({ quota: own, types: volume_type_quota, source });
  }
  const seen = new Set<string>();
  for (let name = className; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const entity = look.find(quotaClass, name);
    if (!entity) break;
    const spec: QuotaClassSpec = entity.spec;
    layers.push({
      quota: spec.quota,
      types: spec.volume_type_quota,
      source: (...key) => ({ path: ["quota-class", "quota", ...key], of: entity }),
    });
    name = spec.extends;
  }
  const defaults: Values = look.environment.openstack?.["quota-defaults"] ?? {};
  const source: Layer["source"] = (...key) => ({
    environment: ["environment", "openstack", "quota-defaults", ...key],
  });
  layers.push({ quota: defaults, source });
  return layers;
}

/** A service has a resource if the environment runs it and some layer gives one of its keys. */
function isEmitted(service: Service, layers: readonly Layer[], look: Look): boolean {
  const { services = [], capabilities } = look.environment.openstack ?? {};
  if (!services.includes(service)) return false;
  if (service === "key-manager" && capabilities?.rest !== true) return false;
  return layers.some(({ quota, types }) => {
    const given = Object.keys(quota).some(
      (key) => quota[key] !== undefined && SERVICE_OF.get(key) === service && isPossible(service, key, look),
    );
    return given || (service === "volume" && types !== undefined);
  });
}

function isPossible(service: Service, key: string, look: Look): boolean {
  const needs = QUOTA_KEYS[service][key]?.needs;
  return needs === undefined || look.environment.openstack?.capabilities[needs] === true;
}

/** The keys of all volume types, where one layer writes any: the provider reads back all of them (tpo#1351). */
function typeQuota(layers: readonly Layer[], look: Look): Record<string, number> | undefined {
  if (layers.every(({ types }) => types === undefined)) return undefined;
  const keys = volumeTypeNames(look).flatMap((name) => TYPE_QUOTAS.map((prefix) => `${prefix}_${name}`));
  return Object.fromEntries(
    keys.map((key) => [key, layers.find(({ types }) => types?.[key] !== undefined)?.types?.[key] ?? -1]),
  );
}
