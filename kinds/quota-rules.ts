import type { Environment } from "./environment";
import type { Finding, Look, Mention, Path } from "./kind";
import { suggest } from "./names";
import { QUOTA_KEYS, SERVICE_OF, TYPE_QUOTAS } from "./quota";
import { volumeType } from "./volume-type";

/** Written quota keys of services or capabilities that the environment lacks: one finding for each of these. */
export function* quotasOfMissingServices(
  written: object,
  path: Path,
  environment: Environment,
): Iterable<Finding> {
  const { services, capabilities } = environment.openstack ?? { services: [], capabilities: {} };
  const has: Readonly<Record<string, boolean>> = capabilities;
  const told = new Set<string>();
  for (const [key, value] of Object.entries(written)) {
    const service = SERVICE_OF.get(key);
    if (value === undefined || !service) continue;
    const lacksService = !services.some((one) => one === service);
    const needs = QUOTA_KEYS[service][key]?.needs;
    const lacks = lacksService ? service : needs !== undefined && !has[needs] ? needs : undefined;
    if (lacks === undefined || told.has(lacks)) continue;
    told.add(lacks);
    yield lacksService
      ? {
          path: [...path, key],
          message: `\`${key}\` is a quota of the service ${service}, which the environment does not have`,
          help: `remove the quotas of ${service}, or add it to \`services\` in environment.yaml`,
        }
      : {
          path: [...path, key],
          message: `\`${key}\` needs the capability ${lacks}, which the environment does not have`,
          help: `remove it, or set \`capabilities: {${lacks}: true}\` in environment.yaml`,
        };
  }
}

/** The names of all volume types of the environment, declared and unmanaged. */
export function volumeTypeNames(look: Look): string[] {
  const unmanaged: readonly string[] = look.environment.openstack?.unmanaged["volume-types"] ?? [];
  return [...new Set([...look.declared(volumeType), ...unmanaged])].sort();
}

/** The volume type that a key of `volume_type_quota` means, such as `ssd` of `gigabytes_ssd`. */
export function volumeTypeOf(key: string): string | undefined {
  const prefix = TYPE_QUOTAS.find((quota) => key.startsWith(`${quota}_`));
  return prefix === undefined ? undefined : key.slice(prefix.length + 1);
}

/** The volume types that the keys of a `volume_type_quota` name. */
export function volumeTypesNamed(written: object | undefined, ...path: Path): Mention[] {
  return Object.keys(written ?? {}).flatMap((key) => {
    const name = volumeTypeOf(key);
    if (name === undefined) return [];
    const keyPrefix = key.slice(0, key.length - name.length);
    return [{ path: [...path, "volume_type_quota", key], kind: volumeType.name, name, keyPrefix }];
  });
}

/** Keys of `volume_type_quota` whose volume type the environment does not have. */
export function* volumeTypesThatDoNotExist(
  written: object | undefined,
  path: Path,
  look: Look,
): Iterable<Finding> {
  if (written === undefined) return;
  const names = volumeTypeNames(look);
  const keys = names.flatMap((name) => TYPE_QUOTAS.map((quota) => `${quota}_${name}`));
  for (const key of Object.keys(written)) {
    const name = volumeTypeOf(key);
    if (name !== undefined && names.includes(name)) continue;
    const message =
      name === undefined
        ? `\`${key}\` is no quota of a volume type`
        : `\`${key}\` names the volume type "${name}", which the environment does not have`;
    yield { path: [...path, "volume_type_quota", key], message, help: suggest(key, keys, "keys here") };
  }
}
