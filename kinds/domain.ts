import { z } from "zod";
import { flag, name, text } from "./fields";
import type { Kind } from "./kind";

const document = z.strictObject({
  domain: z
    .strictObject({
      name: name({ description: "The domain's name.", examples: ["einfra_cz"] }, 64),
      description: text({ description: "What the domain is for." }, 4096).optional(),
      enabled: flag({ description: "Whether its users may log in." }).default(true),
    })
    .meta({ description: "A Keystone domain." }),
});

type Written = z.output<typeof document>;

export type DomainSpec = Written["domain"];

/** A Keystone domain: a project with `is_domain`, for the provider has no resource of its own for it. */
export const domain: Kind<Written, DomainSpec> = {
  name: "domain",
  folder: "domains",
  provider: "openstack",
  grants: { enabled: "yes" },
  lost: "Its projects, users and groups go with it. Keystone refuses while it is enabled, and OpenStack providers before 3.0 leave it so: disable it in a deploy of its own.",
  description: "A Keystone domain.",
  resource: "openstack_identity_project_v3",
  unmanaged: "domains",
  protected: true,
  identity: [["domain", "name"]],
  document,
  resolve: ({ domain: written }) => ({ spec: written }),
};
