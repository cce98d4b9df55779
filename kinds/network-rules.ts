import { floatingIp } from "./floating-ip";
import { once } from "./groups";
import type { Entity, Finding, Look, Path } from "./kind";
import { network } from "./network";
import { project } from "./project";
import { router } from "./router";

/** Where an entity uses a network as only an external one can be used. */
interface Use {
  readonly by: Entity;
  readonly path: Path;
}

/** The networks that are used as external ones, by key. */
const usesAsExternal = once((look: Look): ReadonlyMap<string, readonly Use[]> => {
  const uses = new Map<string, Use[]>();
  const add = (key: string | undefined, by: Entity, ...path: Path) => {
    const others = key === undefined ? undefined : uses.get(key);
    if (others) others.push({ by, path });
    else if (key !== undefined) uses.set(key, [{ by, path }]);
  };
  for (const one of look.all(router).values())
    add(one.spec.external_network, one, "router", "external_network");
  for (const one of look.all(floatingIp).values()) add(one.spec.pool, one, "floating-ip", "pool");
  for (const one of look.all(project).values()) {
    for (const [index, key] of one.spec.access_as_external.entries())
      add(key, one, "acls", "networks", "access_as_external", index);
  }
  return uses;
});

/** Is a network not external, which must be told where it is used so? Of a network that is not known nobody knows. */
export function isNotExternal(key: string, look: Look): boolean {
  return look.find(network, key)?.spec.external === false && !isToldAtTheNetwork(key, look);
}

/** Several that use one network as an external one are right, and the network's own file lost a line. */
function isToldAtTheNetwork(key: string, look: Look): boolean {
  return (usesAsExternal(look).get(key) ?? []).length > 1;
}

const nameOf = ({ by }: Use) => `the ${by.kind} "${by.key}"`;

/** The most uses that a message names. */
const NAMED = 3;

/** A network that several use as an external one is external. */
export function* networkIsExternalWhereUsedSo(
  { key, spec }: Entity<{ readonly external: boolean }>,
  look: Look,
): Iterable<Finding> {
  if (spec.external || !isToldAtTheNetwork(key, look)) return;
  const uses = usesAsExternal(look).get(key) ?? [];
  const [first] = uses;
  const named = uses.slice(0, uses.length > NAMED + 1 ? NAMED : uses.length).map(nameOf);
  const last = named.length < uses.length ? `${uses.length - named.length} more` : named.pop();
  yield {
    path: ["network", "external"],
    message: `the network "${key}" is not external, but ${named.join(", ")} and ${last} use it so`,
    help: "write `external: true` here, or name another network there",
    related: first && { ...first.by.place(first.path), message: "the first of them" },
  };
}
