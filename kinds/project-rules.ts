import { flavor } from "./flavor";
import type { Finding, Rule } from "./kind";
import { network } from "./network";
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

const datesAreInOrder: ProjectRule["check"] = function* ({ metadata }) {
  const [disable, removal] = [metadata["disable-date"], metadata["removal-date"]];
  if (disable === undefined || removal === undefined || disable <= removal) return;
  yield {
    path: ["metadata", "disable-date"],
    message: `the project would be disabled on ${disable}, after its removal on ${removal}`,
    help: "write a disable-date that is not after the removal-date",
  };
};

const oneStatisticsTagAtLeast: ProjectRule["check"] = function* ({ spec, key }, { environment }) {
  const tags = environment.openstack?.["statistics-tags"];
  if (!tags || tags.some((tag) => spec.tags.includes(tag))) return;
  yield {
    path: ["project", "tags"],
    message: `the project "${key}" carries no statistics tag`,
    help: `add one of ${tags.join(", ")} to its tags`,
  };
};

/** Keystone takes at most 80 tags without `,` and `/` (API reference, project tags). */
const tagsFitKeystone: ProjectRule["check"] = function* ({ spec }) {
  if (spec.tags.length > 80)
    yield {
      path: ["project", "tags"],
      message: `${spec.tags.length} tags`,
      help: "Keystone takes at most 80",
    };
  for (const [index, tag] of spec.tags.entries()) {
    if (tag !== "" && !/[,/]/.test(tag)) continue;
    yield {
      path: ["project", "tags", index],
      message: `${JSON.stringify(tag)} is no tag that Keystone takes`,
      help: "a tag is not empty and has no `,` and no `/`",
    };
  }
};

const externalAccessIsToExternalNetworks: ProjectRule["check"] = function* (_entity, look, { acls }) {
  for (const [index, name] of (acls?.networks?.access_as_external ?? []).entries()) {
    if (look.find(network, name)?.spec.external !== false) continue;
    yield {
      path: ["acls", "networks", "access_as_external", index],
      message: `the network "${name}" is not external, so it can be no gateway`,
      help: "write `external: true` in the network, or name it under `access_as_shared`",
    };
  }
};

const noPublicFlavorInAcl: ProjectRule["check"] = function* (_entity, look, { acls }) {
  for (const [index, name] of (acls?.flavors ?? []).entries()) {
    if (typeof name !== "string" || look.find(flavor, name)?.spec.is_public !== true) continue;
    yield {
      path: ["acls", "flavors", index],
      message: `the flavor "${name}" is public: every project may use it`,
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
    ...(properties ? ["its properties"] : []),
    ...(barbican.length > 0 ? ["its Barbican quotas"] : []),
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
  { code: "dates", check: datesAreInOrder },
  { code: "statistics-tag", check: oneStatisticsTagAtLeast },
  { code: "tags", check: tagsFitKeystone },
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
  { code: "rest", check: whatGoesByRestIsSent },
];
