import type { HelmReleaseSpec, HelmReleaseWritten } from "./helm-release";
import { chartFolder, helmRepository } from "./helm-repository";
import { blockedAt, isMap, isPlainPath, valuePath } from "./helm-values";
import type { Finding, Rule } from "./kind";
import { suggest } from "./names";

type ReleaseRule = Rule<HelmReleaseWritten, HelmReleaseSpec>;

/** Helm keeps the name in labels and in names of its secrets: 53 characters at most (helm.sh, release names). */
function* releaseNameFitsHelm({ spec }: { spec: HelmReleaseSpec }): Iterable<Finding> {
  const name = spec["release-name"];
  if (name.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name))
    return;
  const message =
    name.length > 53
      ? `the release name "${name}" has ${name.length} characters`
      : `"${name}" is no release name that Helm takes`;
  yield {
    path: ["helm-release", "release-name"],
    message,
    help: "write a `release-name` of at most 53 lower-case letters, digits and `-`",
  };
}

/** Helm's `--wait-for-jobs` counts only beside `--wait`, and so does the provider's argument. */
const jobsAreWaitedForByWhoWaits: ReleaseRule["check"] = function* ({ spec: { wait, wait_for_jobs } }) {
  if (wait || !wait_for_jobs) return;
  yield {
    path: ["helm-release", "wait_for_jobs"],
    message: "`wait_for_jobs: true` means nothing beside `wait: false`",
    help: "Helm waits for jobs only where it waits at all: write `wait: true`, or remove `wait_for_jobs`",
  };
};

/** A value that is written twice: the secret would win. */
const noPathStandsTwice: ReleaseRule["check"] = function* (_entity, _look, { "helm-release": written }) {
  for (const path of Object.keys(written.secrets)) {
    if (!Object.hasOwn(written["values-from"], path)) continue;
    yield {
      path: ["helm-release", "secrets", path],
      message: `\`${path}\` stands under \`values-from\` too`,
      help: "keep the one that is meant",
    };
  }
};

function* commonValuesExist(
  _entity: unknown,
  { environment }: Parameters<ReleaseRule["check"]>[1],
  { "helm-release": written }: HelmReleaseWritten,
): Iterable<Finding> {
  for (const [path, name] of Object.entries(written["values-from"])) {
    if (Object.hasOwn(environment.values, name)) continue;
    yield {
      path: ["helm-release", "values-from", path],
      message: `there is no common value "${name}"`,
      help: suggest(name, Object.keys(environment.values), "values in environment.yaml"),
    };
  }
}

const pathsLeadThroughMaps: ReleaseRule["check"] = function* (_entity, _look, { "helm-release": written }) {
  const paths = [
    ...Object.keys(written["values-from"]).map((path) => ["values-from", path] as const),
    ...Object.keys(written.secrets).map((path) => ["secrets", path] as const),
  ];
  for (const [field, path] of paths) {
    const blocked = blockedAt(written.values, valuePath(path) ?? []);
    const over = paths.find(([, other]) => other !== path && path.startsWith(`${other}.`))?.[1];
    if (blocked === undefined && over === undefined) continue;
    yield {
      path: ["helm-release", field, path],
      message: `\`${path}\` leads through \`${blocked ?? over}\`, which is no map`,
      help: "remove one of the two",
    };
  }
};

/** Terraform shows the values of a release when it is changed or destroyed, but those that its provider cloaks by name. */
const secretsCanBeHidden: ReleaseRule["check"] = function* (_entity, _look, { "helm-release": written }) {
  for (const path of Object.keys(written.secrets)) {
    if (isPlainPath(valuePath(path) ?? [])) continue;
    yield {
      path: ["helm-release", "secrets", path],
      message: `the secret at \`${path}\` shows in plans: no key on the way may hold one of \`. , = [ \\\``,
      help: "let the chart take it from a Kubernetes secret or from a variable of the environment",
    };
  }
};

const vendoredChartExists: ReleaseRule["check"] = function* ({ spec }, look, { "helm-release": written }) {
  const repository = look.find(helmRepository, written.repository)?.spec;
  const folder = repository && chartFolder(repository, spec.chart)?.source;
  if (folder === undefined) return;
  if (spec.chart.includes("..") || !look.isFolder(folder)) {
    yield {
      path: ["helm-release", "chart"],
      message: `there is no folder ${folder} with that chart`,
      help: "put the chart there, or correct its name: a chart of a `path` repository lies in the repository's folder of the data root",
    };
    return;
  }
  const about = look.dataIn(`${folder}/Chart.yaml`);
  if (!isMap(about)) {
    yield {
      path: ["helm-release", "chart"],
      message: `the folder ${folder} holds no chart: it has no Chart.yaml that can be read`,
      help: "put the chart itself there, not a packed one or a folder of several",
    };
    return;
  }
  // Helm takes a leading `v` for nothing.
  const version = typeof about["version"] === "string" ? about["version"] : "";
  if (version.replace(/^v/, "") === spec.version.replace(/^v/, "")) return;
  yield {
    path: ["helm-release", "version"],
    message: `the version is ${spec.version}, but ${folder}/Chart.yaml says ${version || "none"}`,
    help: `${version ? `write \`version: ${version}\`` : `write \`version: ${spec.version}\` there`}, or put the chart of ${spec.version} there`,
  };
};

/** Only registries and folders have charts below others: `<repository>/<chart>` is what Helm's command line takes. */
const chartHasNoRepositoryInItsName: ReleaseRule["check"] = function* (
  { spec },
  look,
  { "helm-release": written },
) {
  const isPlain = !spec.chart.includes("/") || spec.repository?.type !== "helm";
  if (isPlain || look.find(helmRepository, written.repository) === undefined) return;
  yield {
    path: ["helm-release", "chart"],
    message: `the repository "${written.repository}" has no chart "${spec.chart}": names of its charts have no "/"`,
    help: `write \`chart: ${spec.chart.split("/").at(-1)}\`; the repository is named by \`repository\``,
  };
};

/** What must hold across the fields of a release, and between releases. */
export const helmReleaseRules: readonly ReleaseRule[] = [
  { code: "release-name", check: releaseNameFitsHelm },
  { code: "wait", check: jobsAreWaitedForByWhoWaits },
  { code: "reference", check: commonValuesExist },
  { code: "values", check: pathsLeadThroughMaps },
  { code: "values", check: noPathStandsTwice },
  { code: "secret-shows", check: secretsCanBeHidden },
  { code: "chart", check: vendoredChartExists },
  { code: "chart", check: chartHasNoRepositoryInItsName },
];
