import { z } from "zod";
import { name, text } from "./fields";
import type { Kind } from "./kind";

const document = z.strictObject({
  role: z
    .strictObject({
      name: name({ description: "The role's name.", examples: ["image_uploader"] }),
      description: text(
        { description: "What the role is for. For people only: the provider cannot send it." },
        65535,
      ).optional(),
    })
    .meta({ description: "A Keystone role." }),
});

type Written = z.output<typeof document>;

export type RoleSpec = Written["role"];

/** A Keystone role of all domains. */
export const role: Kind<Written, RoleSpec> = {
  name: "role",
  folder: "roles",
  provider: "openstack",
  description: "A Keystone role.",
  resource: "openstack_identity_role_v3",
  lost: "Every assignment of it goes with it.",
  unmanaged: "roles",
  identity: [["role", "name"]],
  document,
  resolve: ({ role: written }) => ({ spec: written }),
};
