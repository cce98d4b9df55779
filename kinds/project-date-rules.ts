/** The days on which a project ends. The day itself counts as before. */
import type { Finding, Metadata, Rule } from "./kind";
import { latest } from "./layer-order";
import type { ProjectSpec, ProjectWritten } from "./project";

type ProjectRule = Rule<ProjectWritten, ProjectSpec>;

/** A project is enabled up to and including the day of its dates. */
export function isEnabledOn(asOf: string, metadata: Metadata): boolean {
  const days = [metadata["disable-date"], metadata["removal-date"]];
  return days.every((day) => day === undefined || asOf <= day);
}

/** Is its removal-date past? */
export function isDueOn(asOf: string, metadata: Metadata): boolean {
  const removal = metadata["removal-date"];
  return removal !== undefined && asOf > removal;
}

const datesAreInOrder: ProjectRule["check"] = function* ({ metadata, place }, { environment }) {
  const [disable, removal] = [metadata["disable-date"], metadata["removal-date"]];
  if (disable === undefined || removal === undefined || disable <= removal) return;
  const dates = ["disable-date", "removal-date"].map((key) => ["metadata", key]);
  const last = latest(
    dates.map((path) => ({ path, at: place(path) })),
    environment,
  );
  yield {
    path: last?.path ?? [],
    message: `the project would be disabled on ${disable}, after its removal on ${removal}`,
    help: "write a disable-date that is not after the removal-date, or leave it out: after the removal-date the project is disabled anyway",
  };
};

const DAY = 24 * 60 * 60 * 1000;

function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** A day so many days later, or the last one that can be written. */
function daysAfter(day: string, days: number): string {
  const last = Date.parse("9999-12-31");
  return new Date(Math.min(Date.parse(day) + days * DAY, last)).toISOString().slice(0, 10);
}

function inDays(count: number): string {
  return count === 0 ? "is today" : count === 1 ? "is tomorrow" : `is in ${count} days`;
}

const nobodyIsSurprisedByADate: ProjectRule["check"] = function* ({ metadata }, look, { project }) {
  const [disable, removal] = [metadata["disable-date"], metadata["removal-date"]];
  const warnDays = look.environment.lifecycle["warn-days"];
  const near = (day: string | undefined): day is string =>
    day !== undefined && look.asOf <= day && daysFrom(look.asOf, day) <= warnDays;
  // A written `enabled` silences the disable-date, and so does a removal-date that is not after it.
  if (near(disable) && project.enabled === undefined && (removal === undefined || disable < removal))
    yield coming("disable-date", disable, "the project is disabled");
  if (near(removal))
    yield coming(
      "removal-date",
      removal,
      project.enabled === undefined
        ? "the project is disabled and due for removal"
        : "the project is due for removal",
    );

  function coming(key: "disable-date" | "removal-date", day: string, what: string): Finding {
    return {
      path: ["metadata", key],
      message: `the ${key} ${day} ${inDays(daysFrom(look.asOf, day))}: after that day ${what}`,
      help: `tell ${metadata.contacts.join(", ")}, or move the day: \`${key}: ${daysAfter(day, 365)}\``,
    };
  }
};

/** How long an acknowledgement that a message proposes holds. */
const ACKNOWLEDGED_DAYS = 60;

const nothingIsOverdue: ProjectRule["check"] = function* ({ key, metadata, spec }, { asOf }) {
  const [disable, removal] = [metadata["disable-date"], metadata["removal-date"]];
  // Of dates in the wrong order nobody knows which one is meant.
  if (removal === undefined || !isDueOn(asOf, metadata) || (disable ?? "") > removal) return;
  const ago = daysFrom(removal, asOf);
  const entry = `- {kind: project, key: ${JSON.stringify(key)}, who: <your address>, why: <why it may go>, until: ${daysAfter(asOf, ACKNOWLEDGED_DAYS)}}`;
  yield {
    path: ["metadata", "removal-date"],
    message: `the removal-date ${removal} passed ${ago === 1 ? "yesterday" : `${ago} days ago`}: the project is ${spec.enabled ? "still enabled" : "disabled"}, and stays until its removal is acknowledged`,
    help: `when nothing is left in it, add to \`removals:\` in the environment's removals.yaml: \`${entry}\`; or move the day`,
  };
};

const datesAreNotSilenced: ProjectRule["check"] = function* ({ metadata }, _look, { project }) {
  const dates = (["disable-date", "removal-date"] as const).filter((key) => metadata[key] !== undefined);
  if (project.enabled === undefined || dates.length === 0) return;
  yield {
    path: ["project", "enabled"],
    message: `\`enabled: ${project.enabled}\` stands beside ${dates.map((key) => `\`${key}: ${metadata[key]}\``).join(" and ")}, and wins for ever`,
    help: `remove \`enabled\`, so that the project is ${project.enabled ? "disabled after its day" : "enabled until its day"}; or remove the dates`,
  };
};

/** What must hold of the dates of a project. */
export const projectDateRules: readonly ProjectRule[] = [
  { code: "dates", check: datesAreInOrder },
  { code: "date-near", check: nobodyIsSurprisedByADate },
  { code: "date-past", check: nothingIsOverdue },
  { code: "enabled-beside-dates", check: datesAreNotSilenced },
];
