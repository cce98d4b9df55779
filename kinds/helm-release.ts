import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarStyleRule } from "js-yaml";
import { z } from "zod";
import {
  type About,
  count,
  Fault,
  field,
  filled,
  flag,
  list,
  map,
  name,
  namespacedKey,
  refuse,
  secretName,
  show,
  text,
  withheld,
} from "./fields";
import { grouping } from "./groups";
import { helmReleaseRules } from "./helm-release-rules";
import { chartFolder, type HelmRepositorySpec, helmRepository } from "./helm-repository";
import { originsOfValues } from "./helm-value-origins";
import { type HelmValues, isMap, mergeValues, openedAt, valueAtPath, valuePath } from "./helm-values";
import {
  type Entity,
  type Finding,
  type Kind,
  type Look,
  type Origin,
  refer,
  referAcyclic,
  type Self,
} from "./kind";
import { kubernetesName } from "./namespace";

const VERSION = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/** One exact version: three numbers, as Helm's charts carry them (semver.org); `v1.14.2` is one. */
function exactVersion(about: About): z.ZodType<string> {
  const json = { type: "string", pattern: VERSION.source, patternErrorMessage: "write all three numbers" };
  return field({ words: "version", ...about }, json, (value) => {
    return typeof value === "string" && VERSION.test(value)
      ? value
      : new Fault(
          `${show(value)} is not one exact version`,
          "write all three numbers, such as 2025.2.6; a range would change without a commit",
          "version",
        );
  });
}

function valuesMap(about: About): z.ZodType<HelmValues> {
  return field(about, { type: "object" }, (value) =>
    isMap(value) ? value : new Fault(`${show(value)} is no map`, "values are a map, as in a values.yaml"),
  );
}

function valuesPaths<T>(about: About, of: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return map(about, of).superRefine((entries, context) => {
    for (const path of Object.keys(entries)) {
      if (valuePath(path)) continue;
      const help =
        "keys joined by dots, such as endpoints.identity.host; a dot within a key is written `\\.`";
      refuse(context, new Fault(`${show(path)} is no path into values`, help, "values"), [path]);
    }
  });
}

/** Flags of `helm_release` that are emitted only where they are written: Helm provider 1.x lacks some. */
const FLAGS = {
  atomic: "Undo a failed installation.",
  cleanup_on_fail: "Delete what a failed upgrade made.",
  create_namespace: "Make the namespace if it is missing; better: declare it.",
  dependency_update: "Update the chart's dependencies before installing.",
  disable_crd_hooks: "Do not run hooks of custom resource definitions.",
  disable_openapi_validation: "Do not check manifests against the cluster's schema.",
  disable_webhooks: "Do not run hooks.",
  force_update: "Replace resources that cannot be updated.",
  lint: "Lint the chart at plan.",
  pass_credentials: "Send the repository's credentials to every host.",
  recreate_pods: "Restart pods at an upgrade.",
  render_subchart_notes: "Show the notes of subcharts.",
  replace: "Take over a name that is in use.",
  reset_values: "Forget values of earlier upgrades.",
  reuse_values: "Keep values of earlier upgrades.",
  skip_crds: "Do not install custom resource definitions.",
  take_ownership: "Take over resources that others own.",
  upgrade_install: "Install where no release exists, upgrade where one does.",
  verify: "Verify the chart's signature.",
} as const;

const flags = Object.fromEntries(
  Object.entries(FLAGS).map(([flagName, description]) => [flagName, flag({ description }).optional()]),
);

const aboutSecrets = { description: "`path: name` of a secret." };

const document = z.strictObject({
  "helm-release": z
    .strictObject({
      name: name({ description: "The release's name among ours.", examples: ["keystone"] }),
      namespace: kubernetesName("The namespace that it is installed into.", 63, "namespace"),
      "release-name": kubernetesName("Helm's name of the release; default `<namespace>-<name>`.").optional(),
      repository: name({
        description: "The helm-repository that its chart comes from.",
        of: "helm-repository",
      }),
      chart: filled({ description: "The chart's name." }),
      version: exactVersion({ description: "One exact version, as text.", examples: ["2025.2.6"] }),
      description: text({ description: "What Helm notes of this revision." }, 512).optional(),
      values: valuesMap({ description: "Values, merged over the layers." }).default({}),
      "values-files": list(
        { description: "Files of values below `values`, the later over the earlier, relative to this file." },
        text({ description: "A file." }, 4096),
      ).default([]),
      "values-from": valuesPaths(
        { description: "`path: name` of a value in `environment.values`." },
        text({ description: "The value's name." }),
      ).default({}),
      secrets: withheld(
        aboutSecrets,
        valuesPaths(aboutSecrets, secretName({ description: "The secret's name." })),
        "write `path: <name of a secret>` for each value",
      ).default({}),
      "depends-on": list(
        { description: "Releases that are installed first." },
        namespacedKey({ description: "`<namespace>/<name>`.", of: "helm-release" }),
      ).default([]),
      wait: flag({
        description: "Wait until everything is ready. Deadlocks charts whose hooks create the database.",
      }).default(true),
      wait_for_jobs: flag({ description: "Wait until jobs have ended." }).default(false),
      timeout: count({ description: "Seconds to wait for each operation." }, { min: 1 }).default(300),
      max_history: count({ description: "Revisions to keep; 0 for all." }).optional(),
      keyring: text({ description: "The file of public keys for `verify`." }, 4096).optional(),
      postrender: z
        .strictObject({
          binary_path: text({ description: "A program that changes the manifests." }, 4096),
          args: list(
            { description: "Its arguments." },
            text({ description: "An argument." }, 4096),
          ).optional(),
        })
        .meta({ description: "A program that Helm hands its manifests to." })
        .optional(),
      ...flags,
    })
    .meta({ description: "A Helm release." }),
});

export type HelmReleaseWritten = z.output<typeof document>;

type Block = HelmReleaseWritten["helm-release"];

export interface HelmReleaseSpec {
  readonly name: string;
  readonly namespace: string;
  /** Helm's name of the release. */
  readonly "release-name": string;
  readonly repository: HelmRepositorySpec | undefined;
  readonly chart: string;
  readonly version: string;
  /** All values but the secret ones, as a YAML document. */
  readonly values: string;
  /** Paths into values, each with the name of a secret. */
  readonly secrets: readonly { readonly keys: readonly string[]; readonly secret: string }[];
  readonly "depends-on": readonly string[];
  readonly wait: boolean;
  readonly wait_for_jobs: boolean;
  /** Seconds. */
  readonly timeout: number;
  /** Further arguments of `helm_release`, only those that are written. */
  readonly options: Pick<Block, "description" | "max_history" | "keyring" | "postrender"> &
    Readonly<Partial<Record<keyof typeof FLAGS, boolean>>>;
}

/** A Helm release: a chart, its version, its values. */
export const helmRelease: Kind<HelmReleaseWritten, HelmReleaseSpec> = {
  name: "helm-release",
  folder: "helm-releases",
  provider: "kubernetes",
  description: "A Helm release: a chart in one exact version, its layered values, and what it waits for.",
  within: "namespace",
  resource: "helm_release",
  lost: "Helm uninstalls the release; what it keeps in volumes may go with it.",
  forces: { "release-name": "value", namespace: "value" },
  identity: [
    ["helm-release", "namespace"],
    ["helm-release", "name"],
  ],
  spelled: { name: "", "release-name": "name", "repository.url": "repository", "repository.name": "" },
  companions: ["helm-release", "values-files"],
  nullable: [["helm-release", "values"]],
  document,
  references: ({ "helm-release": written }) => [
    ...refer("namespace", written.namespace, "helm-release", "namespace"),
    ...refer("helm-repository", written.repository, "helm-release", "repository"),
    ...referAcyclic("helm-release", written["depends-on"], "helm-release", "depends-on"),
  ],
  resolve({ "helm-release": written }, self, look) {
    const { name, namespace, chart, version, wait, wait_for_jobs, timeout } = written;
    const secrets = Object.entries(written.secrets).map(([path, secret]) => ({
      keys: valuePath(path) ?? [path],
      secret,
    }));
    let text: string | undefined;
    const values = () => mergedValues(written, self, look, secrets);
    const spec: HelmReleaseSpec = {
      ...{ name, namespace, chart, version, wait, wait_for_jobs, timeout, secrets },
      "release-name": written["release-name"] ?? `${namespace}-${name}`,
      repository: look.find(helmRepository, written.repository)?.spec,
      // Who only checks does not need them.
      get values() {
        text ??= valuesText(values());
        return text;
      },
      // V8 puts an accessor behind its neighbours, and `show` keeps this order.
      ...{ "depends-on": written["depends-on"], options: optionsOf(written) },
    };
    return { spec, origins: () => [...originsOfValues(written, values()), ...otherOrigins(spec, written)] };
  },
  copies({ spec }) {
    const folder = spec.repository && chartFolder(spec.repository, spec.chart);
    return folder ? [folder] : [];
  },
  rules: [...helmReleaseRules, { code: "release-name", check: releaseNameIsItsOwn }],
};

/** Where the values come from that a release's file writes in another place, or not at all. */
function otherOrigins(spec: HelmReleaseSpec, { repository, namespace, name }: Block): Origin[] {
  const options = Object.keys(spec.options).map((option) => ({
    path: ["options", option],
    sources: [{ path: ["helm-release", option] }],
  }));
  const ofRepository = { path: ["helm-repository"], of: { kind: helmRepository.name, key: repository } };
  const releaseName = [
    { path: ["helm-release", "release-name"] },
    { stock: `${namespace}-${name}`, why: "made of its namespace and its name" },
  ];
  return [
    ...options,
    { path: ["repository"], sources: [ofRepository] },
    { path: ["release-name"], sources: releaseName },
  ];
}

/** The values of the files, the release itself and the environment, open for the secret ones. */
function mergedValues(
  written: Block,
  self: Self,
  look: Look,
  secrets: HelmReleaseSpec["secrets"],
): HelmValues {
  let values: HelmValues = {};
  written["values-files"].forEach((_, index) => {
    const file = self.companion(index);
    if (isMap(file)) values = mergeValues(values, file);
  });
  values = mergeValues(values, written.values);
  values = withCommonValues(values, written["values-from"], look.environment.values);
  for (const { keys } of secrets) values = openedAt(values, keys);
  return values;
}

/** Values with the environment's common ones at their paths. */
function withCommonValues(
  values: HelmValues,
  from: Readonly<Record<string, string>>,
  common: HelmValues,
): HelmValues {
  let merged = values;
  for (const [path, name] of Object.entries(from)) {
    if (Object.hasOwn(common, name))
      merged = mergeValues(merged, valueAtPath(valuePath(path) ?? [path], common[name]));
  }
  return merged;
}

/**
 * Values as a YAML document. Helm reads it with Go's YAML, which takes more texts for numbers than YAML 1.2 does
 * (`0X1F`, `1_000`): whatever begins like a number is quoted.
 */
function valuesText(values: HelmValues): string {
  if (Object.keys(values).length === 0) return "";
  const quoteLikeNumbers: ScalarStyleRule = (layout) => {
    const { tag, value } = layout.node;
    const isText = layout.style === SCALAR_STYLE.PLAIN && tag.endsWith(":str");
    if (isText && /^[-+.]*[0-9]/.test(value)) layout.style = SCALAR_STYLE.SINGLE_QUOTED;
  };
  const scalarStyleRules = [...Object.values(DEFAULT_SCALAR_STYLE_RULES), quoteLikeNumbers];
  const text = dump(values, { lineWidth: -1, noRefs: true, scalarStyleRules });
  return text.endsWith("\n") ? text : `${text}\n`;
}

function optionsOf(written: Block): HelmReleaseSpec["options"] {
  const options: Record<string, unknown> = {};
  const block: Readonly<Record<string, unknown>> = written;
  for (const option of ["description", "max_history", "keyring", "postrender", ...Object.keys(FLAGS)]) {
    if (block[option] !== undefined) options[option] = block[option];
  }
  return options;
}

/** Helm knows a release by its name in its namespace. Reported at the one whose file comes later. */
function* releaseNameIsItsOwn(entity: Entity<HelmReleaseSpec>, look: Look): Iterable<Finding> {
  const path = ["helm-release", "release-name"];
  const { file } = entity.place(path);
  for (const other of namesakes(look.all(helmRelease), nameOf(entity.spec))) {
    const place = other.place(path);
    if (other === entity || place.file > file) continue;
    const message = `the release name "${entity.spec["release-name"]}" is that of "${other.key}", in the same namespace`;
    const related = { ...place, message: "the other release" };
    yield { path, message, help: "write another `release-name`", related };
  }
}

const nameOf = (spec: HelmReleaseSpec) => `${spec.namespace}/${spec["release-name"]}`;

const namesakes = grouping(nameOf);
