/** The first lines of every print: what a review is, what it does, and where. */
import { plural } from "../kinds/names";
import type { Review } from "./model";
import { failedIn, someText, touchedEnvironments } from "./parts";
import { countsText, entitiesText } from "./words";

/** `2 refusals, 1 project removed, 3 changed` — what happens, in entities; empty: nothing. */
export function whatText(review: Review): string {
  const { gates, changes, drift } = review;
  const failed = failedIn(review).length;
  const parts = [
    failed > 0 ? `${plural(failed, "stack")} could not be planned` : "",
    gates.length > 0 ? plural(gates.length, "refusal") : "",
    entitiesText(changes),
    drift.length > 0 ? `${plural(drift.length, "entity")} drifted` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** What is said where nothing happens. */
export function nothingText({ of }: Review): string {
  if (of === "drift") return "nothing changed outside";
  return of === "diff" ? "no entity changes" : "nothing to do";
}

/** The environments that something happens in; where nothing does, all that were looked at. */
export function scopeText(review: Review): string {
  const touched = touchedEnvironments(review);
  const all = review.environments.map(({ name }) => name);
  if (touched.length === 0) return someText(all, 6);
  const some = someText(touched, 6);
  return touched.length < all.length ? `${some} (of ${plural(all.length, "environment")})` : some;
}

/** What it is about and how many Terraform objects that concerns; empty: there is nothing to say. */
export function subjectText({ of, base, counts }: Review): string {
  const compared = base === undefined ? "" : `, compared with ${base}`;
  const about = { diff: `difference of the data${compared}`, plan: `plan${compared}`, drift: "" }[of];
  const isNothing = Object.values(counts).every((count) => count === 0);
  const parts = [about, isNothing ? "" : `Terraform objects: ${countsText(counts)}`];
  return parts.filter((part) => part !== "").join("; ");
}
