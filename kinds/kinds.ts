/** The table of kinds, in the order in which they are read, listed and made. */
import { aggregate } from "./aggregate";
import { configMap } from "./config-map";
import { domain } from "./domain";
import { flavor } from "./flavor";
import { classIsInSomeAcl, privateFlavorIsInSomeAcl, whatAclsNameIsPrivate } from "./flavor-access-rules";
import { flavorClass } from "./flavor-class";
import { classFindsAHost, flavorFindsAHost } from "./flavor-host-rules";
import { floatingIp } from "./floating-ip";
import { group } from "./group";
import { helmRelease } from "./helm-release";
import { helmRepository } from "./helm-repository";
import { hostGroup } from "./host-group";
import { identityMapping } from "./identity-mapping";
import { image } from "./image";
import type { Kind, Rule } from "./kind";
import { namespace } from "./namespace";
import { network } from "./network";
import { project } from "./project";
import { quotaClass } from "./quota-class";
import { role } from "./role";
import { roleAssignment } from "./role-assignment";
import { router } from "./router";
import { secret } from "./secret";
import { subnet } from "./subnet";
import { user } from "./user";
import { volumeQos } from "./volume-qos";
import { volumeType } from "./volume-type";

/** Rules of a kind that look at kinds which themselves name it: they join it here, so that no two files import each other. */
function withRules<Written, Spec>(
  kind: Kind<Written, Spec>,
  ...rules: readonly Rule<Written, Spec>[]
): Kind<Written, Spec> {
  return { ...kind, rules: [...(kind.rules ?? []), ...rules] };
}

export const kinds: readonly Kind<unknown, unknown>[] = [
  domain,
  quotaClass,
  volumeQos,
  volumeType,
  withRules(
    flavorClass,
    { code: "class-hosts", check: classFindsAHost },
    { code: "private-flavor", check: classIsInSomeAcl },
    { code: "public-flavor", check: whatAclsNameIsPrivate },
  ),
  withRules(
    flavor,
    { code: "class-hosts", check: flavorFindsAHost },
    { code: "private-flavor", check: privateFlavorIsInSomeAcl },
    { code: "public-flavor", check: whatAclsNameIsPrivate },
  ),
  hostGroup,
  aggregate,
  network,
  subnet,
  router,
  role,
  project,
  floatingIp,
  user,
  group,
  roleAssignment,
  identityMapping,
  image,
  namespace,
  configMap,
  secret,
  helmRepository,
  helmRelease,
];
