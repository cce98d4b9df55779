import { DataOpenstackIdentityProjectV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-project-v3";
import { IdentityProjectV3 } from "@cdktf/provider-openstack/lib/identity-project-v3";
import { type DomainSpec, domain } from "../kinds/domain";
import { idOf, type KindConstruct } from "./construct";

/** A domain is a project with `is_domain`: the provider has no other resource for it. */
export const construct: KindConstruct<DomainSpec> = {
  kind: domain,
  node(scope, { spec, address }) {
    const { name, description, enabled } = spec;
    new IdentityProjectV3(scope, idOf(IdentityProjectV3, address), {
      name,
      description,
      enabled,
      isDomain: true,
    });
  },
  data(scope, id, key) {
    return new DataOpenstackIdentityProjectV3(scope, id, { name: key, isDomain: true });
  },
};
