import { z } from "zod";
import { inCollection, type Row, text } from "./finder";
import { quotas } from "./quota-finder";

const flavors = inCollection({
  by: ["name"],
  list: () => ({ service: "compute", path: "/flavors/detail", query: { is_public: "None" }, key: "flavors" }),
  item: z.object({ id: z.string(), name: z.string() }),
  isMeant: (item, { name }) => item.name === name,
  importId: ({ id }) => id,
});

const aggregates = inCollection({
  by: ["name"],
  list: () => ({ service: "compute", path: "/os-aggregates", key: "aggregates" }),
  item: z.object({ id: z.number(), name: z.string() }),
  isMeant: (item, { name }) => item.name === name,
  importId: ({ id }) => String(id),
});

/** Nova lists the accesses of one flavor at a time. */
const flavorAccesses = inCollection({
  by: ["flavor_id", "tenant_id"],
  list: (wanted) => ({
    service: "compute",
    path: `/flavors/${encodeURIComponent(text(wanted, "flavor_id"))}/os-flavor-access`,
    key: "flavor_access",
    mayLack: true,
  }),
  item: z.object({ flavor_id: z.string(), tenant_id: z.string() }),
  isMeant: (item, { tenant_id }) => item.tenant_id === tenant_id,
  importId: (item, wanted) => `${text(wanted, "flavor_id")}/${item.tenant_id}`,
});

/** Nova's resources. */
export const COMPUTE: Readonly<Record<string, Row>> = {
  openstack_compute_flavor_v2: flavors,
  openstack_compute_flavor_access_v2: flavorAccesses,
  openstack_compute_aggregate_v2: aggregates,
  openstack_compute_quotaset_v2: quotas,
};
