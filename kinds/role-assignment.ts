import { z } from "zod";
import { flag, key } from "./fields";
import { grouping } from "./groups";
import { type Entity, type Kind, type Rule, refer } from "./kind";

const document = z.strictObject({
  "role-assignment": z
    .strictObject({
      role: key({ description: "The role that is given.", of: "role" }),
      user: key({ description: "The user who gets it; not beside `group`.", of: "user" }, 2).optional(),
      group: key({ description: "The group that gets it; not beside `user`.", of: "group" }, 2).optional(),
      project: key(
        { description: "The project it is given on; not beside `domain`.", of: "project" },
        2,
      ).optional(),
      domain: key({
        description: "The domain it is given on; not beside `project`.",
        of: "domain",
      }).optional(),
      inherited: flag({
        description: "Whether it counts for the projects below, and not for the project or domain itself.",
      }).default(false),
    })
    .meta({ description: "A role of a user or group on a project or domain. Every change replaces it." }),
});

type Written = z.output<typeof document>;

export type RoleAssignmentSpec = Written["role-assignment"];

type AssignmentRule = Rule<Written, RoleAssignmentSpec>;

/** Who gets the role, and where: of each pair exactly one is written. */
const CHOICES = [
  ["user", "group", "who gets the role"],
  ["project", "domain", "where it is given"],
] as const;

const onePrincipalAndOneScope: AssignmentRule["check"] = function* ({ spec }) {
  for (const [one, other, what] of CHOICES) {
    if ((spec[one] === undefined) !== (spec[other] === undefined)) continue;
    const both = spec[one] !== undefined;
    yield {
      path: ["role-assignment", other],
      message: both
        ? `\`${other}\` stands beside \`${one}\``
        : `the assignment does not say ${what}: \`${one}\` or \`${other}\` is missing`,
      help: both
        ? "keep one of the two; the other is an assignment of its own"
        : `write \`${one}\` or \`${other}\``,
    };
  }
};

const FIELDS = ["role", "user", "group", "project", "domain", "inherited"] as const;

/** All that an assignment says. */
const contentOf = (spec: RoleAssignmentSpec) => JSON.stringify(FIELDS.map((field) => spec[field]));

const likeAssignments = grouping(contentOf);

const nothingIsAssignedTwice: AssignmentRule["check"] = function* ({ spec, key: own, place }, look) {
  const fileOf = (entity: Pick<Entity, "place">) => entity.place(["role-assignment"]).file;
  const file = fileOf({ place });
  for (const other of likeAssignments(look.all(roleAssignment), contentOf(spec))) {
    if (other.key === own || fileOf(other) > file) continue;
    yield {
      path: ["role-assignment"],
      message: `this is assigned already, by the role-assignment "${other.key}"`,
      help: "remove one of the two files",
      related: { ...other.place(["role-assignment"]), message: "the other one" },
    };
    return;
  }
};

/** A role of a user or group on a project or domain. */
export const roleAssignment: Kind<Written, RoleAssignmentSpec> = {
  name: "role-assignment",
  folder: "role-assignments",
  provider: "openstack",
  description: "A role that a user or group has on a project or domain, or on what lies below.",
  resource: "openstack_identity_role_assignment_v3",
  lost: "Whoever worked by this role no longer can.",
  grants: {
    ...{ "": "being", role: "being", user: "being", group: "being", project: "being", domain: "being" },
    inherited: "being",
  },
  forces: {
    ...{ role: "id", user: "id", group: "id", project: "id", domain: "id" },
    inherited: "value",
  },
  identity: [],
  document,
  references: ({ "role-assignment": written }) =>
    (["role", "user", "group", "project", "domain"] as const).flatMap((field) =>
      refer(field, written[field], "role-assignment", field),
    ),
  resolve: ({ "role-assignment": written }) => ({ spec: written }),
  resources: ({ spec, address }) => [{ type: resourceOf(spec), name: address, path: [] }],
  rules: [
    { code: "role-assignment", check: onePrincipalAndOneScope },
    { code: "duplicate", check: nothingIsAssignedTwice },
  ],
};

/** The provider has a resource of its own for what is inherited. */
function resourceOf({ inherited }: RoleAssignmentSpec): string {
  return inherited
    ? "openstack_identity_inherit_role_assignment_v3"
    : "openstack_identity_role_assignment_v3";
}
