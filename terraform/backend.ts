import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { jsonOf } from "../live/json";
import type { Variables } from "../live/settings";

/** Where the state of a stack lies. */
export interface Backend {
  readonly type: string;
  /** The settings that the stack's JSON gives; null: left to the variables, or to what is usual. */
  readonly config: Readonly<Record<string, unknown>>;
}

const initialised = z.object({
  backend: z.object({ type: z.string(), config: z.record(z.string(), z.unknown()) }),
});

/** The backend of a folder that was readied; undefined where none was. */
export function backendIn(folder: string, variables: Variables): Backend | undefined {
  const data = variables["TF_DATA_DIR"] || ".terraform";
  try {
    const text = readFileSync(resolve(folder, data, "terraform.tfstate"), "utf8");
    const parsed = initialised.safeParse(jsonOf(text));
    return parsed.success ? parsed.data.backend : undefined;
  } catch {
    return undefined;
  }
}
