import { z } from "zod";
import { agrees, type Finder, inCollection, type Row, text, type Wanted } from "./finder";

const project = z.object({ id: z.string(), name: z.string(), domain_id: z.string().nullish() });

/** Names are unique in a domain; domains are the projects that have no domain. */
const projects = inCollection({
  by: ["name", "domain_id", "is_domain"],
  list: ({ is_domain, domain_id }) =>
    is_domain === true
      ? { service: "identity", path: "/domains", key: "domains" }
      : {
          service: "identity",
          path: "/projects",
          query: typeof domain_id === "string" ? { domain_id } : {},
          key: "projects",
        },
  item: project,
  isMeant: (item, { name }) => item.name === name,
  importId: ({ id }) => id,
  about: ({ domain_id }) => `domain ${domain_id}`,
});

const inDomain = z.object({ id: z.string(), name: z.string(), domain_id: z.string() });

/** Users and groups are asked for by name: a domain may have too many to list, or refuse it (LDAP). */
function namedInDomain(key: "users" | "groups"): Finder {
  return inCollection({
    by: ["name", "domain_id"],
    list: (wanted) => ({
      service: "identity",
      path: `/${key}`,
      query: { name: text(wanted, "name"), domain_id: optional(wanted, "domain_id") },
      key,
    }),
    item: inDomain,
    isMeant: (item, { name }) => item.name === name,
    importId: ({ id }) => id,
    about: ({ domain_id }) => `domain ${domain_id}`,
  });
}

const roles = inCollection({
  by: ["name"],
  list: () => ({ service: "identity", path: "/roles", key: "roles" }),
  item: z.object({ id: z.string(), name: z.string(), domain_id: z.string().nullish() }),
  isMeant: (item, { name }) => item.name === name && !item.domain_id,
  importId: ({ id }) => id,
});

const id = z.object({ id: z.string() });

const assignment = z.object({
  role: id,
  user: id.optional(),
  group: id.optional(),
  scope: z.object({
    project: id.optional(),
    domain: id.optional(),
    "OS-INHERIT:inherited_to": z.string().optional(),
  }),
});

/** A role assignment, among those of its user or group. */
function roleAssignments(isInherited: boolean): Finder {
  return inCollection({
    by: ["role_id", "user_id", "group_id", "project_id", "domain_id"],
    list: (wanted) => ({
      service: "identity",
      path: "/role_assignments",
      query: { "user.id": optional(wanted, "user_id"), "group.id": optional(wanted, "group_id") },
      key: "role_assignments",
    }),
    item: assignment,
    isMeant: ({ role, user, group, scope }, wanted) =>
      role.id === wanted["role_id"] &&
      user?.id === wanted["user_id"] &&
      group?.id === wanted["group_id"] &&
      scope.project?.id === wanted["project_id"] &&
      scope.domain?.id === wanted["domain_id"] &&
      (scope["OS-INHERIT:inherited_to"] === "projects") === isInherited,
    importId: (_, wanted) =>
      ["domain_id", "project_id", "group_id", "user_id", "role_id"]
        .map((argument) => optional(wanted, argument) ?? "")
        .join("/"),
  });
}

/** A user in a group, among the groups of the user: a group may have too many users to list. */
const memberships = inCollection({
  by: ["user_id", "group_id"],
  list: (wanted) => ({
    service: "identity",
    path: `/users/${encodeURIComponent(text(wanted, "user_id"))}/groups`,
    key: "groups",
  }),
  item: id,
  isMeant: (group, { group_id }) => agrees(group_id, group.id),
  importId: (group, wanted) => `${text(wanted, "user_id")}/${group.id}`,
});

function optional(wanted: Wanted, argument: string): string | undefined {
  return wanted[argument] === undefined ? undefined : text(wanted, argument);
}

/** Keystone's resources. */
export const IDENTITY: Readonly<Record<string, Row>> = {
  openstack_identity_project_v3: projects,
  openstack_identity_user_v3: namedInDomain("users"),
  openstack_identity_group_v3: namedInDomain("groups"),
  openstack_identity_role_v3: roles,
  openstack_identity_role_assignment_v3: roleAssignments(false),
  openstack_identity_inherit_role_assignment_v3: roleAssignments(true),
  openstack_identity_user_membership_v3: memberships,
};
