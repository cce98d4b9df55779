// What a site takes for granted, made in a cloud that has not got it: its region, its hosts, what it names as unmanaged.
import { specsOf } from "./catalogs.mjs";
import { region } from "./parts/openstack/catalogue.mjs";
import { registerHosts } from "./parts/openstack.mjs";

/** Makes an OpenStack ready for the site of a catalog. Everything that is there already stays as it is. */
export async function ready(catalog, cloud, setting) {
  const { region: name, unmanaged } = catalog.environment.openstack;
  if (name !== undefined) await region(cloud, setting, name);
  const hosts = [...specsOf(catalog, "aggregate").values()].flatMap((aggregate) => aggregate.hosts);
  if (hosts.length > 0) registerHosts(setting, [...new Set(hosts)]);
  const keystone = identity(cloud);
  for (const domain of unmanaged.domains ?? []) await keystone.domain(domain);
  for (const key of unmanaged.projects ?? []) await keystone.within("projects", "project", key);
  for (const key of unmanaged.groups ?? []) await keystone.within("groups", "group", key);
  for (const key of unmanaged.users ?? []) await keystone.within("users", "user", key);
  for (const role of unmanaged.roles ?? []) await keystone.role(role);
  for (const [list, { service, path, many, one, also }] of Object.entries(OTHERS))
    for (const key of unmanaged[list] ?? [])
      await ensure(cloud, { service, path, many, one }, { name: key, ...also });
}

/** What else may be unmanaged: where it is listed, and what it takes to make one. */
const OTHERS = {
  networks: {
    ...{ service: "network", path: "/networks", many: "networks", one: "network" },
    also: { "router:external": true },
  },
  routers: { service: "network", path: "/routers", many: "routers", one: "router" },
  flavors: {
    ...{ service: "compute", path: "/flavors?is_public=None", many: "flavors", one: "flavor" },
    also: { vcpus: 1, ram: 512, disk: 1 },
  },
  "volume-types": {
    service: "volumev3",
    path: "/types?is_public=None",
    many: "volume_types",
    one: "volume_type",
  },
};

function identity(cloud) {
  const exact = (many, one, wanted) =>
    ensure(cloud, { service: "identity", path: `/${many}`, many, one }, wanted);
  return {
    domain: (name) => exact("domains", "domain", { name }),
    role: (name) => exact("roles", "role", { name }),
    /** Something in a domain, by its key `<domain>/<name>`; the domain too, if need be. */
    async within(many, one, key) {
      const [domain, name] = key.split("/");
      return exact(many, one, { name, domain_id: (await this.domain(domain)).id });
    },
  };
}

/** The object of that name, made if it is not there. */
async function ensure(cloud, { service, path, many, one }, wanted) {
  const found = (await cloud.get(service, path))[many].find(
    ({ name, domain_id }) =>
      name === wanted.name && (wanted.domain_id === undefined || domain_id === wanted.domain_id),
  );
  return found ?? (await cloud.call("POST", service, path.split("?")[0], { [one]: wanted }))[one];
}
