// What a deployment makes in a new Keystone before anybody uses it: roles, the service user, services, endpoints.
import { address } from "./config.mjs";

const ROLES = [
  "service",
  "load-balancer_admin",
  "load-balancer_member",
  "creator",
  "observer",
  "audit",
  "key-manager:service-admin",
];

/** Services by type, with the path of their address. */
const SERVICES = [
  ["placement", "placement", ""],
  ["compute", "nova", "/v2.1"],
  ["network", "neutron", ""],
  ["volumev3", "cinder", "/v3/%(project_id)s"],
  ["block-storage", "cinder", "/v3/%(project_id)s"],
  ["image", "glance", ""],
  ["load-balancer", "octavia", ""],
  ["key-manager", "barbican", ""],
];

/** Makes them, where they are missing. `cloud` is a login of the administrator. */
export async function catalogue(cloud, setting) {
  const { call, get } = cloud;
  const roles = new Map((await get("identity", "/roles")).roles.map(({ name, id }) => [name, id]));
  for (const name of ROLES) {
    if (!roles.has(name)) {
      const { role } = await call("POST", "identity", "/roles", { role: { name } });
      roles.set(name, role.id);
    }
  }
  const project = await ensure(cloud, "projects", "project", { name: "service", domain_id: "default" });
  const user = await ensure(cloud, "users", "user", {
    name: "service",
    domain_id: "default",
    password: setting.password,
  });
  for (const name of ["admin", "service"]) {
    await call("PUT", "identity", `/projects/${project}/users/${user}/roles/${roles.get(name)}`);
  }
  // Barbican lets nobody else set quotas.
  const barbican = roles.get("key-manager:service-admin");
  await call("PUT", "identity", `/projects/${cloud.project}/users/${cloud.user}/roles/${barbican}`);
  const { services } = await get("identity", "/services");
  for (const [type, name, path] of SERVICES) {
    const known = services.find((service) => service.type === type);
    const service =
      known ?? (await call("POST", "identity", "/services", { service: { type, name } })).service;
    await endpoints(cloud, service.id, `${address(setting, name)}${path}`, setting.region);
  }
}

/** A region in which every service answers at the addresses of the first region. */
export async function region(cloud, setting, name) {
  const { endpoints: all } = await cloud.get("identity", "/endpoints");
  const { regions } = await cloud.get("identity", "/regions");
  if (!regions.some(({ id }) => id === name))
    await cloud.call("POST", "identity", "/regions", { region: { id: name } });
  for (const one of all.filter(({ region_id }) => region_id === setting.region)) {
    const there = all.some(
      (other) =>
        other.region_id === name && other.service_id === one.service_id && other.interface === one.interface,
    );
    if (there) continue;
    const endpoint = {
      service_id: one.service_id,
      interface: one.interface,
      url: one.url,
      region_id: name,
    };
    await cloud.call("POST", "identity", "/endpoints", { endpoint });
  }
}

async function endpoints(cloud, service_id, url, region_id) {
  const { endpoints: known } = await cloud.get("identity", `/endpoints?service_id=${service_id}`);
  for (const kind of ["public", "internal", "admin"]) {
    if (known.some((endpoint) => endpoint.interface === kind && endpoint.region_id === region_id)) continue;
    await cloud.call("POST", "identity", "/endpoints", {
      endpoint: { service_id, interface: kind, url, region_id },
    });
  }
}

async function ensure({ call, get }, many, one, wanted) {
  const found = (await get("identity", `/${many}?name=${wanted.name}&domain_id=${wanted.domain_id}`))[many];
  return found.length > 0
    ? found[0].id
    : (await call("POST", "identity", `/${many}`, { [one]: wanted }))[one].id;
}
