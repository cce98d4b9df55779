import { z } from "zod";
import { inCollection, type Row, text } from "./finder";
import { quotas } from "./quota-finder";

const named = z.object({ id: z.string(), name: z.string() });

const volumeTypes = inCollection({
  by: ["name"],
  list: () => ({ service: "volume", path: "/types", query: { is_public: "None" }, key: "volume_types" }),
  item: named,
  isMeant: (item, { name }) => item.name === name,
  importId: ({ id }) => id,
});

/** Cinder lists the accesses of one type at a time. */
const volumeTypeAccesses = inCollection({
  by: ["volume_type_id", "project_id"],
  list: (wanted) => ({
    service: "volume",
    path: `/types/${encodeURIComponent(text(wanted, "volume_type_id"))}/os-volume-type-access`,
    key: "volume_type_access",
    mayLack: true,
  }),
  item: z.object({ project_id: z.string() }),
  isMeant: (item, { project_id }) => item.project_id === project_id,
  importId: (item, wanted) => `${text(wanted, "volume_type_id")}/${item.project_id}`,
});

const qoses = inCollection({
  by: ["name"],
  list: () => ({ service: "volume", path: "/qos-specs", key: "qos_specs" }),
  item: named,
  isMeant: (item, { name }) => item.name === name,
  importId: ({ id }) => id,
});

const qosAssociations = inCollection({
  by: ["qos_id", "volume_type_id"],
  list: (wanted) => ({
    service: "volume",
    path: `/qos-specs/${encodeURIComponent(text(wanted, "qos_id"))}/associations`,
    key: "qos_associations",
  }),
  item: z.object({ id: z.string(), association_type: z.string() }),
  isMeant: (item, { volume_type_id }) =>
    item.association_type === "volume_type" && item.id === volume_type_id,
  importId: ({ id }, wanted) => `${text(wanted, "qos_id")}/${id}`,
});

/** Cinder's resources. */
export const STORAGE: Readonly<Record<string, Row>> = {
  openstack_blockstorage_volume_type_v3: volumeTypes,
  openstack_blockstorage_volume_type_access_v3: volumeTypeAccesses,
  openstack_blockstorage_qos_v3: qoses,
  openstack_blockstorage_qos_association_v3: qosAssociations,
  openstack_blockstorage_quotaset_v3: quotas,
};
