import type { Entity, Finding, Look, Path, Rule } from "./kind";
import { nearest } from "./names";
import type { ProjectSpec, ProjectWritten } from "./project";

type ProjectRule = Rule<ProjectWritten, ProjectSpec>;

const oneStatisticsTagAtLeast: ProjectRule["check"] = function* ({ spec, key }, { environment }) {
  const tags = environment.openstack?.["statistics-tags"];
  // Tags that somebody wrote as one text are told as such.
  const carried = spec.tags.flatMap((tag) => tag.split(/[,/]\s*/));
  if (!tags || tags.length === 0 || tags.some((tag) => carried.includes(tag))) return;
  const near = carried.find((one) => tags.includes(one.toLowerCase()));
  yield {
    path: ["project", "tags"],
    message: `the project "${key}" carries no statistics tag`,
    help: near
      ? `write "${near.toLowerCase()}" instead of "${near}": Keystone tells them apart`
      : `add one of ${tags.join(", ")} to its tags`,
  };
};

/** Keystone takes at most 80 tags without `,` and `/` (API reference, project tags). */
const tagsFitKeystone: ProjectRule["check"] = function* ({ spec }) {
  if (spec.tags.length > 80)
    yield {
      path: ["project", "tags"],
      message: `the project carries ${spec.tags.length} tags`,
      help: "remove some: Keystone takes at most 80",
    };
  for (const [index, tag] of spec.tags.entries()) {
    if (tag !== "" && !/[,/]/.test(tag)) continue;
    yield {
      path: ["project", "tags", index],
      message: `${JSON.stringify(tag)} is no tag that Keystone takes`,
      help: tag.includes(",")
        ? `write each tag by itself: [${tag.split(/\s*,\s*/).join(", ")}]`
        : "a tag is not empty and has no `,` and no `/`",
    };
  }
};

const CLEAN_UP = "children-project-clean-up";
const PROPAGATION = "project_nested_quota_propagation";

/** The days after which a child is told, stopped and deleted, in that order. */
const PERIODS = ["pre-shutoff-period-days", "shutoff-period-days", "cleanup-period-days"] as const;

/** The keys that a person may write of the two jobs for the children of umbrella projects. */
const JOB_KEYS = [
  `${CLEAN_UP}.enable`,
  ...PERIODS.map((period) => `${CLEAN_UP}.${period}`),
  `${PROPAGATION}.enable`,
];

/** A tag of the jobs, taken apart at its first `=`. */
interface JobTag {
  readonly tag: string;
  readonly path: Path;
  readonly key: string;
  readonly value: string;
}

/** A key without what people spell in several ways. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[-_.\s]/g, "");
}

const JOBS = [CLEAN_UP, PROPAGATION].map(plain);

/** Does it begin with a job's name, however that is spelled? */
function isOfAJob(key: string): boolean {
  const name = plain(key);
  return JOBS.some((job) => name.startsWith(job));
}

/** The tags of the jobs that a project carries, whatever is wrong with them. */
function jobTags({ tags }: ProjectSpec): JobTag[] {
  return tags.flatMap((tag, index) => {
    const [key = "", ...rest] = tag.split("=");
    return isOfAJob(key) ? [{ tag, path: ["project", "tags", index], key, value: rest.join("=") }] : [];
  });
}

/** Tags that the clean-up job writes on the children itself. */
function isWrittenByTheJob(key: string): boolean {
  return key.startsWith(`${CLEAN_UP}.`) && /[.-](first-seen|notified)$/.test(key);
}

/** A whole number of days, at least one. */
const DAYS = /^[1-9]\d{0,4}$/;

/** What is wrong with a tag of the jobs on its own, or undefined. */
function faultOf({ tag, path, key, value }: JobTag): Finding | undefined {
  if (isWrittenByTheJob(key)) {
    const help = "remove it: the job writes it, and each apply would take it away again";
    return { path, message: `the tag "${tag}" is written by the clean-up job`, help };
  }
  if (!JOB_KEYS.includes(key)) {
    const near = nearest(key, JOB_KEYS);
    const help = `${near ? `did you mean "${near}=${value || "…"}"? ` : ""}Known: ${JOB_KEYS.join(", ")}`;
    return { path, message: `the tag "${tag}" means nothing: no job reads "${key}"`, help };
  }
  const isSwitch = key.endsWith(".enable");
  if (isSwitch ? value === "true" || value === "false" : DAYS.test(value)) return undefined;
  const wanted = isSwitch ? "true or false" : "a whole number of days, 1 or more";
  const help = isSwitch ? `write "${key}=true" or "${key}=false"` : `write such as "${key}=180"`;
  return { path, message: `the tag "${tag}" does not say ${wanted}`, help };
}

const tagsOfTheJobsAreWellFormed: ProjectRule["check"] = function* ({ spec }) {
  const seen = new Map<string, string>();
  for (const one of jobTags(spec)) {
    const fault = faultOf(one);
    const earlier = seen.get(one.key);
    if (fault) yield fault;
    else if (earlier !== undefined)
      yield {
        path: one.path,
        message: `the tag "${one.tag}" stands beside "${earlier}"`,
        help: "keep one of the two: nobody knows which one counts",
      };
    seen.set(one.key, earlier ?? one.tag);
  }
};

/** Is it a tag that only umbrella projects carry? `=false` is the answer of a child. */
function isOfUmbrellas({ key, value }: JobTag): boolean {
  return key.endsWith(".enable") ? value === "true" : true;
}

/** Is that project an umbrella? */
type IsUmbrella = (entity: Entity<ProjectSpec>, look: Look) => boolean;

/** The clean-up of an umbrella has its three periods, and they follow each other. */
function cleanUpIsComplete(isUmbrella: IsUmbrella): ProjectRule["check"] {
  return function* cleanUpHasItsPeriodsInOrder(entity, look): Iterable<Finding> {
    const tags = jobTags(entity.spec).filter(({ key }) => key.startsWith(`${CLEAN_UP}.`));
    // What is wrong with a single tag, or with all of them being here, is told as such.
    if (tags.length === 0 || tags.some(faultOf) || !isUmbrella(entity, look)) return;
    const find = (key: string) => tags.find((tag) => tag.key === `${CLEAN_UP}.${key}`);
    const [enable, periods] = [find("enable"), PERIODS.map((period) => find(period))];
    const [first] = periods.filter((period) => period !== undefined);
    if (first && !enable) {
      const message = `the tag "${first.tag}" stands without "${CLEAN_UP}.enable=true"`;
      const help = `add "${CLEAN_UP}.enable=true" to the tags, or remove the periods`;
      yield { path: first.path, message, help };
      return;
    }
    if (enable?.value !== "true") return;
    const missing = PERIODS.filter((_, index) => periods[index] === undefined);
    if (missing.length > 0) {
      const message = `the tag "${enable.tag}" stands without ${missing.map((period) => `"${CLEAN_UP}.${period}=…"`).join(" and ")}`;
      const usual = { [PERIODS[0]]: 160, [PERIODS[1]]: 180, [PERIODS[2]]: 190 };
      const lines = missing.map((period) => `"${CLEAN_UP}.${period}=${usual[period]}"`);
      yield {
        path: enable.path,
        message,
        help: `add to the tags: ${lines.join(", ")} (days, as it is meant)`,
      };
      return;
    }
    for (const [index, period] of periods.entries()) {
      const earlier = periods[index - 1];
      if (!period || !earlier || Number(earlier.value) < Number(period.value)) continue;
      yield {
        path: period.path,
        message: `the tag "${period.tag}" is not later than "${earlier.tag}"`,
        help: `the days grow from ${PERIODS.join(" to ")}: servers are stopped before they are deleted`,
      };
      return;
    }
  };
}

/** One finding a project: who copies the tags of an umbrella copies all of them. */
function umbrellaTagsAreOnUmbrellas(isUmbrella: IsUmbrella): ProjectRule["check"] {
  return function* onlyUmbrellasCarryUmbrellaTags(entity, look): Iterable<Finding> {
    const { spec, key } = entity;
    const tags = jobTags(spec).filter((tag) => faultOf(tag) === undefined);
    if (tags.length === 0 || isUmbrella(entity, look)) return;
    const [first, ...others] = tags.filter(isOfUmbrellas);
    if (first) {
      const more = others.length > 0 ? ` (and ${others.length} more of its tags)` : "";
      yield {
        path: first.path,
        message: `the tag "${first.tag}"${more} belongs on an umbrella project, and "${key}" is none`,
        help: `${others.length > 0 ? "remove these tags, or write them" : "remove it, or write it"} on the parent; an umbrella is a project that another one names as \`parent\`, or one called group-projects or personal-projects`,
      };
      return;
    }
    const [answer] = tags;
    if (!answer || spec.parent !== undefined || spec.parent_id !== undefined) return;
    yield {
      path: answer.path,
      message: `the tag "${answer.tag}" opts out of what an umbrella project does to its children, and "${key}" has no parent`,
      help: `remove it, or write \`parent: group-projects\``,
    };
  };
}

/** What must hold of the tags of a project. */
export function projectTagRules(isUmbrella: IsUmbrella): readonly ProjectRule[] {
  return [
    { code: "statistics-tag", check: oneStatisticsTagAtLeast },
    { code: "tags", check: tagsFitKeystone },
    { code: "clean-up-tags", check: tagsOfTheJobsAreWellFormed },
    { code: "clean-up-tags", check: cleanUpIsComplete(isUmbrella) },
    { code: "umbrella-tags", check: umbrellaTagsAreOnUmbrellas(isUmbrella) },
  ];
}
