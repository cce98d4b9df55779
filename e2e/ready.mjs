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
  const identity = keystone(cloud);
  for (const domain of unmanaged.domains ?? []) await identity.domain(domain);
  for (const key of unmanaged.projects ?? []) await identity.within("projects", "project", key);
  for (const key of unmanaged.groups ?? []) await identity.within("groups", "group", key);
  for (const key of unmanaged.users ?? []) await identity.within("users", "user", key);
  for (const role of unmanaged.roles ?? []) await identity.named("roles", "role", { name: role });
  for (const network of unmanaged.networks ?? [])
    await named(cloud, "network", "networks", "network", { name: network, "router:external": true });
  for (const router of unmanaged.routers ?? [])
    await named(cloud, "network", "routers", "router", { name: router });
  for (const flavor of unmanaged.flavors ?? [])
    await named(cloud, "compute", "flavors", "flavor", { name: flavor, vcpus: 1, ram: 512, disk: 1 });
  for (const type of unmanaged["volume-types"] ?? [])
    await named(cloud, "volumev3", "types", "volume_type", { name: type });
}

function keystone(cloud) {
  const exact = (many, one, wanted) => named(cloud, "identity", many, one, wanted);
  const domain = async (name) => exact("domains", "domain", { name });
  return {
    domain,
    named: exact,
    /** Something in a domain, by its key `<domain>/<name>`; the domain too, if need be. */
    async within(many, one, key) {
      const [domainName, name] = key.split("/");
      const { id } = await domain(domainName);
      return exact(many, one, { name, domain_id: id });
    },
  };
}

/** The object of that name, made if it is not there. */
async function named(cloud, service, many, one, wanted) {
  const answer = await cloud.get(service, `/${many}?name=${encodeURIComponent(wanted.name)}`);
  const found = answer[many].find(
    (other) => other.name === wanted.name && (!wanted.domain_id || other.domain_id === wanted.domain_id),
  );
  return found ?? (await cloud.call("POST", service, `/${many}`, { [one]: wanted }))[one];
}
