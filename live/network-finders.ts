import { z } from "zod";
import { agrees, inCollection, type Row, text } from "./finder";
import type { Listing } from "./openstack";
import { quotas } from "./quota-finder";

/** A collection of Neutron's, with just the fields that are looked at. */
function collection(key: string, fields: readonly string[], query: Listing["query"] = {}): Listing {
  return { service: "network", path: `/${key}`, query: { ...query, fields }, key };
}

const network = z.object({
  id: z.string(),
  name: z.string(),
  tenant_id: z.string(),
  "router:external": z.boolean().optional(),
  shared: z.boolean().optional(),
  "provider:segmentation_id": z.number().nullish(),
});

const networks = inCollection({
  by: ["name", "tenant_id"],
  list: () => collection("networks", Object.keys(network.shape)),
  item: network,
  isMeant: (item, { name, tenant_id }) => item.name === name && agrees(tenant_id, item.tenant_id),
  importId: ({ id }) => id,
  about: (item) =>
    [
      `project ${item.tenant_id}`,
      ...(item["router:external"] === true ? ["external"] : []),
      ...(item.shared === true ? ["shared"] : []),
      ...(typeof item["provider:segmentation_id"] === "number"
        ? [`segment ${item["provider:segmentation_id"]}`]
        : []),
    ].join(", "),
});

const subnet = z.object({
  id: z.string(),
  name: z.string(),
  network_id: z.string(),
  tenant_id: z.string(),
  cidr: z.string(),
});

const subnets = inCollection({
  by: ["name", "network_id", "tenant_id"],
  list: () => collection("subnets", Object.keys(subnet.shape)),
  item: subnet,
  isMeant: (item, { name, network_id, tenant_id }) =>
    item.name === name && agrees(network_id, item.network_id) && agrees(tenant_id, item.tenant_id),
  importId: ({ id }) => id,
  about: ({ cidr, tenant_id }) => `${cidr}, project ${tenant_id}`,
});

const route = z.object({ destination: z.string(), nexthop: z.string() });
const router = z.object({
  id: z.string(),
  name: z.string(),
  tenant_id: z.string(),
  routes: z.array(route).optional(),
});
const allRouters = () => collection("routers", Object.keys(router.shape));

const routers = inCollection({
  by: ["name", "tenant_id"],
  list: allRouters,
  item: router,
  isMeant: (item, { name, tenant_id }) => item.name === name && agrees(tenant_id, item.tenant_id),
  importId: ({ id }) => id,
  about: ({ tenant_id }) => `project ${tenant_id}`,
});

const routerRoutes = inCollection({
  by: ["router_id", "destination_cidr", "next_hop"],
  list: allRouters,
  item: router,
  isMeant: ({ id, routes = [] }, { router_id, destination_cidr, next_hop }) =>
    id === router_id &&
    routes.some(({ destination, nexthop }) => destination === destination_cidr && nexthop === next_hop),
  importId: ({ id }, wanted) => `${id}-route-${text(wanted, "destination_cidr")}-${text(wanted, "next_hop")}`,
});

const port = z.object({
  id: z.string(),
  name: z.string(),
  network_id: z.string(),
  tenant_id: z.string(),
  device_owner: z.string(),
  fixed_ips: z.array(z.object({ subnet_id: z.string(), ip_address: z.string() })),
});
const portFields = Object.keys(port.shape);
const addresses = ({ fixed_ips }: z.infer<typeof port>) =>
  fixed_ips.map(({ ip_address }) => ip_address).join(" ");

const ports = inCollection({
  by: ["name", "network_id", "tenant_id"],
  list: (wanted) =>
    collection("ports", portFields, {
      name: text(wanted, "name"),
      network_id: text(wanted, "network_id"),
    }),
  item: port,
  isMeant: (item, { name, tenant_id }) => item.name === name && agrees(tenant_id, item.tenant_id),
  importId: ({ id }) => id,
  about: (item) => `address ${addresses(item)}`,
});

/** Who owns a port that is a router's leg; Neutron has other spellings for distributed and redundant routers. */
const LEG = /^network:(ha_)?router_(replicated_)?interface(_distributed)?$/;

/** A router's leg is a port of it: the one in the subnet, or the one that is named. */
const routerInterfaces = inCollection({
  by: ["router_id", "subnet_id", "port_id"],
  list: (wanted) => collection("ports", portFields, { device_id: text(wanted, "router_id") }),
  item: port,
  isMeant: ({ id, device_owner, fixed_ips }, { subnet_id, port_id }) =>
    LEG.test(device_owner) &&
    agrees(port_id, id) &&
    (subnet_id === undefined || fixed_ips.some((one) => one.subnet_id === subnet_id)),
  importId: ({ id }) => id,
  about: (item) => `address ${addresses(item)}`,
});

const floatingIp = z.object({
  id: z.string(),
  floating_ip_address: z.string(),
  floating_network_id: z.string(),
  tenant_id: z.string(),
});

const floatingIps = inCollection({
  by: ["address"],
  list: () => collection("floatingips", Object.keys(floatingIp.shape)),
  item: floatingIp,
  isMeant: (item, { address }) => item.floating_ip_address === address,
  importId: ({ id }) => id,
  about: (item) => `network ${item.floating_network_id}, project ${item.tenant_id}`,
});

const policy = z.object({
  id: z.string(),
  action: z.string(),
  object_type: z.string(),
  object_id: z.string(),
  target_tenant: z.string(),
});

const policies = inCollection({
  by: ["action", "object_type", "object_id", "target_tenant"],
  list: () => ({
    ...collection("rbac-policies", Object.keys(policy.shape)),
    key: "rbac_policies",
  }),
  item: policy,
  isMeant: (item, wanted) =>
    item.action === wanted["action"] &&
    item.object_type === wanted["object_type"] &&
    item.object_id === wanted["object_id"] &&
    item.target_tenant === wanted["target_tenant"],
  importId: ({ id }) => id,
});

/** Neutron's resources, and Octavia's quotas. */
export const NETWORK: Readonly<Record<string, Row>> = {
  openstack_networking_network_v2: networks,
  openstack_networking_subnet_v2: subnets,
  openstack_networking_router_v2: routers,
  openstack_networking_router_route_v2: routerRoutes,
  openstack_networking_port_v2: ports,
  openstack_networking_router_interface_v2: routerInterfaces,
  openstack_networking_floatingip_v2: floatingIps,
  openstack_networking_rbac_policy_v2: policies,
  openstack_networking_quota_v2: quotas,
  openstack_lb_quota_v2: quotas,
};
