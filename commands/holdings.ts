/** A look at the cloud before a project goes: what it still holds. Read-only. */
import type { Catalog } from "../catalog/catalog";
import { wholeFile } from "../catalog/problem";
import { plural } from "../kinds/names";
import { type Holding, holdingsOf } from "../live/holdings";
import { liveClouds } from "../live/live-clouds";
import type { OpenStack, ServiceName } from "../live/openstack";
import { secretsIn, WorldError, withoutSecrets } from "../live/world";
import type { EntityChange, Gate } from "../review/model";
import type { ReviewedStack } from "../review/planned";
import { stackConfiguration } from "./imports";
import type { LookAtCloud } from "./planned";
import type { Call } from "./verb";

/** So many names of each sort are told. */
const NAMED = 5;

/** Refuses the removal of projects that still hold servers, volumes, networks or addresses. */
export function lookForHoldings(outdir: string, { variables, cwd }: Call): LookAtCloud {
  return async (catalog, stacks) => {
    const gates: Gate[] = [];
    for (const { stack, changes, ids } of stacks) {
      const going = changes.map(({ change }) => change).filter(isGoingProject);
      if (going.length === 0) continue;
      const { openstack } = liveClouds(stackConfiguration(outdir, stack.name), variables, cwd);
      const cloud = openstack();
      for (const change of going)
        gates.push(...(await gatesOfProject(catalog, change, ids, cloud, variables)));
    }
    return gates;
  };
}

function isGoingProject({ kind, is }: EntityChange): boolean {
  return kind === "project" && (is === "removed" || is === "replaced");
}

async function gatesOfProject(
  catalog: Catalog,
  change: EntityChange,
  ids: ReviewedStack["ids"],
  cloud: OpenStack,
  variables: Call["variables"],
): Promise<Gate[]> {
  const node = change.objects.find(({ entity }) => entity === true);
  const id = node && ids.get(node.address);
  if (id === undefined) return [];
  try {
    const holdings = await holdingsOf(cloud, id, servicesOf(catalog), new Set(ids.values()));
    return holdings.length === 0 ? [] : [inUse(catalog, change, holdings)];
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    const why = withoutSecrets(error.message, secretsIn(variables));
    return [
      {
        ...gateOf(catalog, change, "unknown"),
        message: `nobody knows what the project ${change.key} still holds: ${why}`,
        help: "let the login read the servers, volumes and networks of all projects, or empty and check it by hand first",
      },
    ];
  }
}

function inUse(catalog: Catalog, change: EntityChange, holdings: readonly Holding[]): Gate {
  const all = holdings.map(({ what, names }) => {
    const some = names.slice(0, NAMED).join(", ");
    const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
    return `${plural(names.length, what)} (${some}${more})`;
  });
  return {
    ...gateOf(catalog, change, "in-use"),
    message: `the project ${change.key} still holds ${all.join(", ")}`,
    help: "delete them or move them to another project first: Keystone would forget whose they are",
  };
}

function gateOf(catalog: Catalog, { kind, key, place }: EntityChange, code: Gate["code"]) {
  const { name } = catalog.environment;
  return {
    ...{ code, environment: name, entity: { kind, key } },
    place: place ?? wholeFile(`environments/${name}/environment.yaml`),
  };
}

/** The services that can be asked: what the environment does not have holds nothing. */
function servicesOf(catalog: Catalog): readonly ServiceName[] {
  const services = catalog.environment.openstack?.services ?? [];
  const known = (["compute", "network", "volume"] as const).filter((name) => services.includes(name));
  return known;
}
