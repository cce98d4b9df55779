import { flavor } from "./flavor";
import { isToldWhereItIsPublic } from "./flavor-access-rules";
import type { Finding, Rule } from "./kind";
import { network } from "./network";
import { isNotExternal } from "./network-rules";
import type { ProjectSpec, ProjectWritten } from "./project";
import { QUOTA_KEYS } from "./quota";
import { quotasOfMissingServices, volumeTypesThatDoNotExist } from "./quota-rules";

type ProjectRule = Rule<ProjectWritten, ProjectSpec>;

function* oneParentAtMost(_entity: unknown, _look: unknown, { project }: ProjectWritten): Iterable<Finding> {
  if (project.parent === undefined || project.parent_id === undefined) return;
  yield {
    path: ["project", "parent_id"],
    message: "`parent_id` stands beside `parent`",
    help: "keep `parent`, which is checked",
  };
}

const externalAccessIsToExternalNetworks: ProjectRule["check"] = function* (_entity, look, { acls }) {
  for (const [index, name] of (acls?.networks?.access_as_external ?? []).entries()) {
    if (!isNotExternal(name, look)) continue;
    yield {
      path: ["acls", "networks", "access_as_external", index],
      message: `the network "${name}" is not external, so it can be no gateway`,
      help: "write `external: true` in the network, or name it under `access_as_shared`",
    };
  }
};

/**
 * Told at the network, in the same words for every project that names it: so it is one problem, and accepted there for
 * all of them.
 */
const externalAccessRestrictsSomething: ProjectRule["check"] = function* (entity, look, { acls }) {
  for (const [index, name] of (acls?.networks?.access_as_external ?? []).entries()) {
    const found = look.find(network, name);
    if (found?.spec.external !== true || found.metadata.accept["everybody"] !== undefined) continue;
    const { file, line } = entity.place(["acls", "networks", "access_as_external", index]);
    yield {
      path: [],
      place: found.place(["network", "external"]),
      message: `projects are given access_as_external to "${name}", but Neutron opens an external network to everybody`,
      help: `remove the RBAC policy with the target \`*\` in the cloud once, then write here \`metadata: {accept: {everybody: "removed by <who>"}}\`; the first such project: ${file}:${line}`,
    };
  }
};

const noPublicFlavorInAcl: ProjectRule["check"] = function* (_entity, look, { acls }) {
  const flavors = acls?.flavors ?? [];
  for (const name of flavors) {
    const named = typeof name === "string" ? look.find(flavor, name) : undefined;
    if (!named?.spec.is_public || isToldWhereItIsPublic(named, look)) continue;
    yield {
      path: ["acls", "flavors", flavors.indexOf(name)],
      message: `the flavor "${named.key}" is public: every project may use it`,
      help: "remove it from the list; Nova refuses access to public flavors",
    };
  }
};

const whatGoesByRestIsSent: ProjectRule["check"] = function* (_entity, { environment }, { project, quota }) {
  if (environment.openstack?.capabilities.rest !== false) return;
  const barbican = Object.keys(QUOTA_KEYS["key-manager"]).filter(
    (key) => quota !== undefined && key in quota,
  );
  const properties = Object.keys(project.properties).length > 0;
  if (barbican.length === 0 && !properties) return;
  const what = [
    ...(properties ? ["the project's properties"] : []),
    ...(barbican.length > 0 ? ["the project's Barbican quotas"] : []),
  ].join(" and ");
  yield {
    path: properties ? ["project", "properties"] : ["quota", barbican[0] ?? ""],
    message: `${what} are not sent: the OpenStack provider cannot carry them`,
    help: "set `capabilities: {rest: true}` in environment.yaml to send them by REST, or remove them",
  };
};

/** What must hold across the fields of a project, and between it and its environment. */
export const projectRules: readonly ProjectRule[] = [
  { code: "parent", check: oneParentAtMost },
  {
    code: "service",
    check: (_entity, { environment }, { quota }) =>
      quotasOfMissingServices(quota ?? {}, ["quota"], environment),
  },
  {
    code: "reference",
    check: (_entity, look, { quota }) => volumeTypesThatDoNotExist(quota?.volume_type_quota, ["quota"], look),
  },
  { code: "public-flavor", check: noPublicFlavorInAcl },
  { code: "external-network", check: externalAccessIsToExternalNetworks },
  { code: "everybody", check: externalAccessRestrictsSomething },
  { code: "rest", check: whatGoesByRestIsSent },
];
