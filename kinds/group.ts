import { z } from "zod";
import { key, list, name, text } from "./fields";
import { type Kind, refer } from "./kind";

const document = z.strictObject({
  group: z
    .strictObject({
      name: name({ description: "The group's name, unique in its domain.", examples: ["operators"] }, 64),
      domain: key({ description: "The domain that it lives in. A change replaces the group.", of: "domain" }),
      description: text({ description: "Who is in it." }, 65535).optional(),
      members: list(
        { description: "Its users. Those whom an identity mapping puts in are not named here." },
        key({ description: "A user.", of: "user" }, 2),
      ).default([]),
    })
    .meta({ description: "A Keystone group." }),
});

type Written = z.output<typeof document>;

export type GroupSpec = Written["group"];

/** A Keystone group and the users in it. */
export const group: Kind<Written, GroupSpec> = {
  name: "group",
  folder: "groups",
  provider: "openstack",
  description: "A Keystone group, and the users in it.",
  within: "domain",
  resource: "openstack_identity_group_v3",
  lost: "Its members lose the roles that they have by it.",
  grants: { members: "items" },
  forces: { domain: "id" },
  unmanaged: "groups",
  identity: [
    ["group", "domain"],
    ["group", "name"],
  ],
  document,
  references: ({ group: written }) => [
    ...refer("domain", written.domain, "group", "domain"),
    ...refer("user", written.members, "group", "members"),
  ],
  resolve: ({ group: written }) => ({ spec: written }),
  resources: (entity) => [
    { type: "openstack_identity_group_v3", name: entity.address, path: [] },
    ...entity.spec.members.map((member, index) => ({
      type: "openstack_identity_user_membership_v3",
      name: entity.derived(userName(member)),
      path: ["group", "members", index],
      to: { kind: "user", key: member },
    })),
  ],
};

/** A user's name, out of its key: names of memberships leave out the user's domain. */
export function userName(userKey: string): string {
  return userKey.slice(userKey.indexOf("/") + 1);
}
