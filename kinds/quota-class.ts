import { z } from "zod";
import { key, name } from "./fields";
import { type Kind, referAcyclic } from "./kind";
import { quotaFields, volumeTypeQuota } from "./quota";
import { quotasOfMissingServices, volumeTypesNamed, volumeTypesThatDoNotExist } from "./quota-rules";
import { tables } from "./tables";

/** The quota keys that a project or a class writes. */
export const quotaBlock = { ...quotaFields(), volume_type_quota: volumeTypeQuota.optional() };

const document = z.strictObject({
  "quota-class": z
    .strictObject({
      name: name({ description: "The class's name.", examples: ["training"] }),
      extends: key({
        description: "The class whose values this one takes over.",
        of: "quota-class",
      }).optional(),
      quota: z
        .strictObject(quotaBlock)
        .meta({ description: "Quota keys of every service side by side." })
        .register(tables, { rows: "quotas" }),
    })
    .meta({ description: "A named set of quotas." }),
});

type Written = z.output<typeof document>;

export interface QuotaClassSpec {
  readonly name: string;
  readonly extends?: string | undefined;
  readonly quota: Readonly<Record<string, number | undefined>>;
  readonly volume_type_quota?: Readonly<Record<string, number>> | undefined;
}

/** A named set of quotas for projects. Becomes no resource. */
export const quotaClass: Kind<Written, QuotaClassSpec> = {
  name: "quota-class",
  folder: "quota-classes",
  provider: "openstack",
  grants: { quota: "more" },
  description: "A named set of quotas; projects name it and write only what differs.",
  identity: [["quota-class", "name"]],
  document,
  references: ({ "quota-class": written }) =>
    referAcyclic("quota-class", written.extends, "quota-class", "extends"),
  mentions: ({ "quota-class": { quota } }) =>
    volumeTypesNamed(quota.volume_type_quota, "quota-class", "quota"),
  resolve({ "quota-class": written }) {
    const { volume_type_quota, ...quota } = written.quota;
    return { spec: { name: written.name, extends: written.extends, quota, volume_type_quota } };
  },
  rules: [
    {
      code: "service",
      check: function servicesOfItsQuotasExist(_entity, { environment }, written) {
        return quotasOfMissingServices(written["quota-class"].quota, ["quota-class", "quota"], environment);
      },
    },
    {
      code: "reference",
      check: function volumeTypesExist(_entity, look, written) {
        return volumeTypesThatDoNotExist(
          written["quota-class"].quota.volume_type_quota,
          ["quota-class", "quota"],
          look,
        );
      },
    },
  ],
};
