import { z } from "zod";
import type { Variables } from "../live/settings";
import { secretsIn, withoutSecrets } from "../live/world";

/** The longest text that is shown of one thing that Terraform says. */
const LONGEST = 600;

/** What is never shown of a stack: text in, the same text without it out, as one line of bearable length. */
export type Veil = (text: string) => string;

/** Hides what the variables hold, and what a plan marks. */
export function veilOf(variables: Variables, plan?: unknown): Veil {
  const secrets = [...secretsIn(variables), ...secretsOfPlan(plan)].flatMap(spellings);
  return (text) => {
    // Before the lines are joined: a secret may have several.
    const shown = withoutSecrets(text.replace(/\u001b\[[\d;]*m/g, ""), secrets)
      .trim()
      .replace(/\s+/g, " ");
    return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
  };
}

/** As it is, as Terraform quotes it, and as Kubernetes keeps it. */
function spellings(secret: string): string[] {
  const trimmed = secret.trim();
  return [secret, trimmed, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64")];
}

const planJson = z.object({
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).default({}),
  resource_changes: z
    .array(
      z.object({
        change: z.object({
          before: z.unknown().optional(),
          after: z.unknown().optional(),
          before_sensitive: z.unknown().optional(),
          after_sensitive: z.unknown().optional(),
        }),
      }),
    )
    .default([]),
});

/** The values of a plan's variables, which are all secrets, and those that it marks. */
function secretsOfPlan(json: unknown): string[] {
  const parsed = planJson.safeParse(json);
  if (!parsed.success) return [];
  const { variables, resource_changes } = parsed.data;
  return [
    ...Object.values(variables).flatMap(({ value }) => textsIn(value)),
    ...resource_changes.flatMap(({ change }) => [
      ...markedIn(change.before, change.before_sensitive),
      ...markedIn(change.after, change.after_sensitive),
    ]),
  ];
}

/** The texts of a value where the tree of marks says true. */
function markedIn(value: unknown, marks: unknown): string[] {
  if (marks === true) return textsIn(value);
  if (typeof marks !== "object" || marks === null || typeof value !== "object" || value === null) return [];
  return Object.entries(marks).flatMap(([key, mark]) =>
    markedIn(Object.getOwnPropertyDescriptor(value, key)?.value, mark),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
