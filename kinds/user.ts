import { z } from "zod";
import { type About, Fault, flag, key, list, name, refuse, secret, text, texts } from "./fields";
import { type Kind, refer } from "./kind";

/** Methods that are asked for together; Keystone refuses an empty list of them. */
function methods(about: About): z.ZodType<string[]> {
  const method = text({ description: "A method, as Keystone's configuration calls it." });
  const checked = list(about, method).superRefine((names, context) => {
    if (names.length > 0) return;
    const help = "name at least one method, or remove the entry";
    refuse(context, new Fault("the list of methods is empty", help, "range"));
  });
  return checked.meta({ ...about, json: { uniqueItems: true, minItems: 1 } });
}

const document = z.strictObject({
  user: z
    .strictObject({
      name: name({ description: "The user's name, unique in its domain.", examples: ["egi-accounting"] }),
      domain: key({
        description: "The domain that it lives in. Keystone refuses to change it.",
        of: "domain",
      }),
      description: text({ description: "What the user is for." }, 65535).optional(),
      enabled: flag({ description: "Whether it may log in." }).default(true),
      default_project: key(
        { description: "The project that it works in unless it names one.", of: "project" },
        2,
      ).optional(),
      password: secret({
        description: "The password, by the name of its secret. It is kept in the state.",
      }).optional(),
      multi_factor_auth_enabled: flag({
        description: "Whether `multi_factor_auth_rules` are in force.",
      }).optional(),
      multi_factor_auth_rules: list(
        {
          description: "Ways to log in: lists of methods that are asked for together.",
          examples: [[["password", "totp"]]],
        },
        methods({ description: "Methods that are asked for together." }),
      ).optional(),
      ignore_change_password_upon_first_use: flag({
        description: "Need not change its password at the first login.",
      }).optional(),
      ignore_lockout_failure_attempts: flag({
        description: "Is not locked out after failed logins.",
      }).optional(),
      ignore_password_expiry: flag({ description: "Its password does not expire." }).optional(),
      extra: texts({
        description: "Further attributes in Keystone, texts.",
        examples: [{ email: "cloud@example.org" }],
      }).default({}),
    })
    .meta({ description: "A Keystone user." }),
});

type Written = z.output<typeof document>;

export type UserSpec = Written["user"];

/** A Keystone user. Its Terraform name leaves out the domain, as existing states do. */
export const user: Kind<Written, UserSpec> = {
  name: "user",
  folder: "users",
  provider: "openstack",
  description: "A Keystone user that no identity provider makes: a service, a robot, emergency access.",
  within: "domain",
  resource: "openstack_identity_user_v3",
  lost: "Whoever logs in as this user no longer can; its application credentials go with it.",
  grants: { enabled: "yes" },
  forces: { domain: "never" },
  unmanaged: "users",
  identity: [
    ["user", "domain"],
    ["user", "name"],
  ],
  document,
  base: (key) => key.split("/").slice(1),
  references: ({ user: written }) => [
    ...refer("domain", written.domain, "user", "domain"),
    ...refer("project", written.default_project, "user", "default_project"),
  ],
  resolve: ({ user: written }) => ({ spec: written }),
};
