/** A review as GitLab's merge-request widget takes it: `artifacts:reports:terraform`. */
import type { Review } from "./model";

/** The most that GitLab takes: six digits. */
const MOST = 999_999;

/** The report: three counts and nothing else, because GitLab shows nothing else. */
export function reviewAsGitlabReport({ counts }: Review): string {
  const { create, update, replace, destroy } = counts;
  // The widget knows no replacement: it is what is created and deleted.
  const report = { create: create + replace, update, delete: destroy + replace };
  const entries = Object.entries(report).map(([key, count]) => [key, Math.min(MOST, count)]);
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}
