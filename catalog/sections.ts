import type { Environment } from "../kinds/environment";
import type { Kind, Provider } from "../kinds/kind";

/** The name of the stack that holds the entities of a provider. */
export function stackName(environment: Environment, provider: Provider): string {
  return `${environment.name}-${provider}`;
}

/** The providers that the environment has a section for. */
export function sections(environment: Environment): Provider[] {
  return (["openstack", "kubernetes", "grafana"] as const).filter(
    (provider) => environment[provider] !== undefined,
  );
}

/** The keys that the environment names as unmanaged, of one kind. */
export function unmanagedKeys(environment: Environment, kind: Kind<unknown, unknown>): readonly string[] {
  if (kind.unmanaged === undefined || kind.provider === "grafana") return [];
  const lists: Readonly<Record<string, readonly string[] | undefined>> =
    environment[kind.provider]?.unmanaged ?? {};
  return lists[kind.unmanaged] ?? [];
}

export function isUnmanaged(environment: Environment, kind: Kind<unknown, unknown>, key: string): boolean {
  return (kind.always ?? []).includes(key) || unmanagedKeys(environment, kind).includes(key);
}
