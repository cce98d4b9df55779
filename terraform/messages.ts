/** The lines that Terraform and OpenTofu print with `-json`. */
import { z } from "zod";
import { jsonOf } from "../live/json";
import { WorldError } from "../live/world";
import type { Veil } from "./secrets";

const diagnostic = z.object({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
});

export type Diagnostic = z.output<typeof diagnostic>;

const message = z.object({
  type: z.string(),
  hook: z
    .object({ resource: z.object({ addr: z.string() }), action: z.string().default("") })
    .optional()
    .catch(undefined),
  diagnostic: diagnostic.optional().catch(undefined),
  changes: z.object({ operation: z.string() }).optional().catch(undefined),
});

export type Message = z.output<typeof message>;

/** What a line says; undefined where it is no message: of a provider, or of a wrapper around Terraform. */
export function messageOf(line: string): Message | undefined {
  const parsed = message.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : undefined;
}

/** The world failed, in one sentence for each thing that Terraform says. */
export class TerraformError extends WorldError {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join("\n"));
  }
}

/** What follows from another error, and says nothing. */
const ECHOES = ["execution halted"];

/** One sentence an error, with the address it is about, without secrets; equal ones once. */
export function sentencesOf(diagnostics: readonly Diagnostic[], veil: Veil): string[] {
  const errors = diagnostics.filter(
    ({ severity, summary }) => severity === "error" && !ECHOES.includes(summary),
  );
  return [...new Set(errors.map((error) => sentenceOf(error, veil)))];
}

function sentenceOf({ address, summary, detail }: Diagnostic, veil: Veil): string {
  const parts = [address, summary, detail].map((part) => (part ?? "").trim().replace(/[.:]$/, ""));
  return veil(parts.filter((part, index) => part !== "" && part !== parts[index - 1]).join(": "));
}
