import { DataOpenstackIdentityUserV3 } from "@cdktf/provider-openstack/lib/data-openstack-identity-user-v3";
import { IdentityUserV3 } from "@cdktf/provider-openstack/lib/identity-user-v3";
import { domain } from "../kinds/domain";
import { project } from "../kinds/project";
import { type UserSpec, user } from "../kinds/user";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";
import { inDomain } from "./in-domain";

/** A user. The password is never read back, so a change outside is no drift; a new domain fails. */
export const construct: KindConstruct<UserSpec> = {
  kind: user,
  node(scope, { spec, address }, stack) {
    const { name, description, enabled, default_project, password, multi_factor_auth_rules, extra } = spec;
    new IdentityUserV3(scope, idOf(IdentityUserV3, address), {
      ...{ name, description, enabled },
      domainId: stack.reference(domain, spec.domain),
      defaultProjectId: default_project && stack.reference(project, default_project),
      password: password && stack.secret(password.secret),
      multiFactorAuthEnabled: spec.multi_factor_auth_enabled,
      multiFactorAuthRule: multi_factor_auth_rules?.map((rule) => ({ rule })),
      ignoreChangePasswordUponFirstUse: spec.ignore_change_password_upon_first_use,
      ignoreLockoutFailureAttempts: spec.ignore_lockout_failure_attempts,
      ignorePasswordExpiry: spec.ignore_password_expiry,
      extra: unlessEmpty(extra),
    });
  },
  data(scope, id, key, stack) {
    return new DataOpenstackIdentityUserV3(scope, id, inDomain(key, stack));
  },
};
