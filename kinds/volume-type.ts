import { z } from "zod";
import { flag, key, list, name, text, texts } from "./fields";
import { type Kind, refer } from "./kind";

const document = z.strictObject({
  "volume-type": z
    .strictObject({
      name: name({ description: "The type's name.", examples: ["ssd"] }),
      description: text({ description: "What the type is for." }).optional(),
      is_public: flag({
        description: "Whether every project may use it; default: yes, unless `projects` are listed.",
      }).optional(),
      extra_specs: texts(
        { description: "Extra specs, texts.", examples: [{ volume_backend_name: "ceph-ssd" }] },
        255,
      ).default({}),
      qos: key({ description: "The QoS that its volumes have.", of: "volume-qos" }).optional(),
      projects: list(
        { description: "The projects that may use a private type." },
        key({ description: "A project.", of: "project" }, 2),
      ).default([]),
    })
    .meta({ description: "A Cinder volume type." }),
});

type Written = z.output<typeof document>;

export type VolumeTypeSpec = Written["volume-type"] & { readonly is_public: boolean };

/** A Cinder volume type, its QoS and the projects that may use it. */
export const volumeType: Kind<Written, VolumeTypeSpec> = {
  name: "volume-type",
  folder: "volume-types",
  provider: "openstack",
  description: "A Cinder volume type, its QoS, and the projects that may use a private one.",
  resource: "openstack_blockstorage_volume_type_v3",
  lost: "Cinder refuses while volumes are of this type.",
  grants: { is_public: "yes", projects: "items" },
  unmanaged: "volume-types",
  protected: true,
  identity: [["volume-type", "name"]],
  document,
  references: ({ "volume-type": written }) => [
    ...refer("project", written.projects, "volume-type", "projects"),
    ...refer("volume-qos", written.qos, "volume-type", "qos"),
  ],
  resolve({ "volume-type": written }) {
    return { spec: { ...written, is_public: written.is_public ?? written.projects.length === 0 } };
  },
  resources(entity) {
    const { qos, projects } = entity.spec;
    return [
      { type: "openstack_blockstorage_volume_type_v3", name: entity.address, path: [] },
      ...projects.map((project, index) => ({
        type: "openstack_blockstorage_volume_type_access_v3",
        name: entity.derived(project),
        path: ["volume-type", "projects", index],
        to: { kind: "project", key: project },
      })),
      ...(qos === undefined
        ? []
        : [
            {
              type: "openstack_blockstorage_qos_association_v3",
              name: entity.derived(qos),
              path: ["volume-type", "qos"],
              to: { kind: "volume-qos", key: qos },
            },
          ]),
    ];
  },
  rules: [
    {
      code: "public-type",
      check: function* onlyPrivateTypesListProjects({ spec }) {
        if (!spec.is_public || spec.projects.length === 0) return;
        yield {
          path: ["volume-type", "projects"],
          message: `the volume type "${spec.name}" is public, so access cannot be given to single projects`,
          help: "write `is_public: false`, or remove the list",
        };
      },
    },
  ],
};
