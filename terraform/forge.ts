/** Whether a job of a forge still runs. Nothing is changed there. */
import { z } from "zod";
import { jsonOf } from "../live/json";
import type { Variables } from "../live/settings";
import { transport } from "../live/transport";
import { type Job, jobOf } from "./owner";

/** Whether a job runs, or why nobody knows. */
export type JobState = "running" | "ended" | { readonly unknown: string };

/** A forge says that a job has ended a little before its processes have. */
const GRACE_SECONDS = 60;

const answers = {
  gitlab: z.object({
    status: z.string(),
    finished_at: z.string().nullish(),
    failure_reason: z.string().nullish(),
  }),
  github: z.object({ status: z.string(), updated_at: z.string().nullish() }),
};

/**
 * Asks the forge that runs us for a job of its own. Where the record of a job names another server, that one gets no token:
 * the record is a file that others may have written.
 */
export async function jobState(
  job: Job,
  variables: Variables,
  now: Date,
  send = transport({}),
): Promise<JobState> {
  const ours = jobOf(variables);
  const api = ours?.api ?? variables["CI_API_V4_URL"] ?? variables["GITHUB_API_URL"];
  const name = jobText(job);
  if (api !== job.api) return { unknown: `${name} is of ${job.api}, and this is no job of it` };
  const own = job.forge === "gitlab" ? "GITLAB_TOKEN" : "GITHUB_TOKEN";
  const token = variables["CLOUD_ENTITIES_FORGE_TOKEN"] || variables[own];
  if (!token) return { unknown: `there is no CLOUD_ENTITIES_FORGE_TOKEN or ${own} to ask for ${name}` };
  const project = job.forge === "gitlab" ? encodeURIComponent(job.project) : job.project;
  const path =
    job.forge === "gitlab" ? `projects/${project}/jobs/${job.id}` : `repos/${project}/actions/runs/${job.id}`;
  const headers: Record<string, string> =
    job.forge === "gitlab" ? { "PRIVATE-TOKEN": token } : { Authorization: `Bearer ${token}` };
  try {
    const { status, body } = await send({
      method: "GET",
      url: `${api.replace(/\/+$/, "")}/${path}`,
      headers: { ...headers, Accept: "application/json", "User-Agent": "cloud-entities" },
    });
    if (status !== 200) return { unknown: `${name} cannot be asked for (HTTP ${status})` };
    return job.forge === "gitlab"
      ? gitlabState(jsonOf(body), name, now)
      : githubState(jsonOf(body), name, now);
  } catch (error) {
    return {
      unknown: `${name} cannot be asked for: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** A job as people call it. */
export function jobText({ forge, project, id }: Job): string {
  return forge === "gitlab" ? `GitLab job ${id} of project ${project}` : `GitHub run ${id} of ${project}`;
}

function gitlabState(json: unknown, name: string, now: Date): JobState {
  const parsed = answers.gitlab.safeParse(json);
  if (!parsed.success) return { unknown: `${name}: the answer is none that is known` };
  const { status, finished_at, failure_reason } = parsed.data;
  if (!["success", "failed", "canceled"].includes(status)) return "running";
  // The runner was not heard of any more; it may go on.
  if (
    failure_reason &&
    /^(stuck_or_timeout_failure|runner_system_failure|stale_schedule)$/.test(failure_reason)
  )
    return { unknown: `${name} ended by ${failure_reason}: its runner may still work` };
  return afterGrace(finished_at, name, now);
}

function githubState(json: unknown, name: string, now: Date): JobState {
  const parsed = answers.github.safeParse(json);
  if (!parsed.success) return { unknown: `${name}: the answer is none that is known` };
  if (parsed.data.status !== "completed") return "running";
  return afterGrace(parsed.data.updated_at, name, now);
}

function afterGrace(ended: string | null | undefined, name: string, now: Date): JobState {
  const seconds = (now.getTime() - Date.parse(ended ?? "")) / 1000;
  if (seconds >= GRACE_SECONDS) return "ended";
  return {
    unknown: `${name} ended less than ${GRACE_SECONDS} seconds ago, or nobody knows when: try again in a minute`,
  };
}
