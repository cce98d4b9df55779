import type { Entity, Look, Origin, Place, Self, Source } from "./kind";
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
  readonly giver: "project" | "class" | "quota-defaults";
  /** The class, if it is one. */
  readonly of?: Entity<QuotaClassSpec>;
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
    for (const key of Object.keys(QUOTA_KEYS[service])) {
      if (!isPossible(service, key, look)) continue;
      const value = layerOf(layers, key)?.quota[key] ?? QUOTA_KEYS[service][key]?.stock;
      if (value !== undefined) quota[key] = value;
    }
  }
  const volume_type_quota = services.includes("volume") ? typeQuota(layers, look) : undefined;
  const quotas = { services, quota, volume_type_quota };
  return { quota: quotas, origins: originsOf(quotas, written, look) };
}

/** In a function of its own, so that what is kept for who explains holds no layers: they are made again. */
function originsOf(quotas: Quotas, written: QuotaWritten | undefined, look: Look): () => Origin[] {
  return () => origins(quotas, quotaLayers(written, look));
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

const CLASS_BLOCK = ["quota-class", "quota"];

const DEFAULTS_BLOCK = ["environment", "openstack", "quota-defaults"];

function quotaLayers(written: QuotaWritten | undefined, look: Look): readonly Layer[] {
  const { class: className, volume_type_quota, ...own } = written ?? {};
  const layers: Layer[] = [];
  if (written) {
    const source: Layer["source"] = (...key) => ({ path: ["quota", ...key] });
    layers.push({ giver: "project", quota: own, types: volume_type_quota, source });
  }
  for (const entity of classChain(className, look).classes) {
    const { quota, volume_type_quota: types } = entity.spec;
    const source: Layer["source"] = (...key) => ({ path: [...CLASS_BLOCK, ...key], of: entity });
    layers.push({ giver: "class", of: entity, quota, types, source });
  }
  const defaults: Values = look.environment.openstack?.["quota-defaults"] ?? {};
  const source: Layer["source"] = (...key) => ({ environment: [...DEFAULTS_BLOCK, ...key] });
  layers.push({ giver: "quota-defaults", quota: defaults, source });
  return layers;
}

/** A class and those that it extends, the nearest first; not whole if one of them is missing, broken or in a cycle. */
function classChain(
  first: string | undefined,
  look: Look,
): { classes: readonly Entity<QuotaClassSpec>[]; isWhole: boolean } {
  const classes: Entity<QuotaClassSpec>[] = [];
  let name = first;
  while (name !== undefined) {
    const entity: Entity<QuotaClassSpec> | undefined = look.find(quotaClass, name);
    if (!entity || classes.includes(entity)) return { classes, isWhole: false };
    classes.push(entity);
    name = entity.spec.extends;
  }
  return { classes, isWhole: true };
}

/** One quota of a project as it counts in the cloud, written anywhere or not at all. */
export interface EffectiveTerm {
  readonly key: string;
  readonly value: number;
  readonly giver: Layer["giver"] | "stock";
  /** Where it is written; absent: nowhere. Asked for by who tells of it: hardly any. */
  readonly place?: () => Place;
}

/** The quotas of a project by key, emitted or not; undefined where a class of it is not known. */
export function effectiveTerms(
  written: QuotaWritten | undefined,
  self: Pick<Self, "place">,
  look: Look,
): ((key: string) => EffectiveTerm) | undefined {
  if (!classChain(written?.class, look).isWhole) return undefined;
  const layers = quotaLayers(written, look);
  const placeOf = ({ giver, of }: Layer, key: string) => {
    if (giver === "quota-defaults") return look.environmentPlace([...DEFAULTS_BLOCK, key]);
    return of ? of.place([...CLASS_BLOCK, key]) : self.place(["quota", key]);
  };
  return (key) => {
    const layer = layerOf(layers, key);
    const value = layer?.quota[key];
    const service = SERVICE_OF.get(key);
    if (!layer || value === undefined)
      return { key, value: (service && QUOTA_KEYS[service][key]?.stock) ?? -1, giver: "stock" };
    return { key, value, giver: layer.giver, place: () => placeOf(layer, key) };
  };
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
