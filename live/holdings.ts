import { z } from "zod";
import type { Listing, OpenStack, ServiceName } from "./openstack";

/** What a project has of one sort. */
export interface Holding {
  /** In the singular: server, volume, network, router, floating address. */
  readonly what: string;
  /** Names, or ids and addresses of what has none. */
  readonly names: readonly string[];
}

/** Where the things of a project are listed, and what tells them apart for a person. */
const SORTS: readonly { what: string; called: string; listing(project: string): Listing }[] = [
  {
    what: "server",
    called: "name",
    listing: (project) => ({
      ...{ service: "compute", path: "/servers", key: "servers" },
      query: { all_tenants: "1", project_id: project },
    }),
  },
  {
    what: "volume",
    called: "name",
    listing: (project) => ({
      ...{ service: "volume", path: "/volumes", key: "volumes" },
      query: { all_tenants: "1", project_id: project },
    }),
  },
  ...(["network", "router"] as const).map((what) => ({
    what,
    called: "name",
    listing: (project: string): Listing => ({
      ...{ service: "network", path: `/${what}s`, key: `${what}s` },
      query: { project_id: project },
    }),
  })),
  {
    what: "floating address",
    called: "floating_ip_address",
    listing: (project) => ({
      ...{ service: "network", path: "/floatingips", key: "floatingips" },
      query: { project_id: project },
    }),
  },
];

const item = z.looseObject({ id: z.string() });

/**
 * What a project holds that would be left behind without it. `services`: those that the cloud has; `goes`: the ids
 * of what goes together with the project. A WorldError where the cloud does not answer.
 */
export async function holdingsOf(
  openstack: OpenStack,
  project: string,
  services: readonly ServiceName[],
  goes: ReadonlySet<string>,
): Promise<readonly Holding[]> {
  const asked = SORTS.filter(({ listing }) => services.includes(listing(project).service));
  const found = await Promise.all(
    asked.map(async ({ what, called, listing }) => {
      const items = (await openstack.list(listing(project))).flatMap((one) => {
        const parsed = item.safeParse(one);
        return parsed.success && !goes.has(parsed.data.id) ? [parsed.data] : [];
      });
      const names = items.map((one) => (typeof one[called] === "string" && one[called]) || one.id);
      return { what, names: names.sort() };
    }),
  );
  return found.filter(({ names }) => names.length > 0);
}
