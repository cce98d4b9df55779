import { resolve } from "node:path";
import type { Request } from "../catalog/load";
import { isDay } from "../kinds/fields";
import { kinds } from "../kinds/kinds";

/** What the flags say of the data; absent flags leave it to the environment variables. */
export interface DataFlags {
  readonly root?: string | undefined;
  readonly environment?: readonly string[] | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What to read, from flags, `CLOUD_ENTITIES_*` and the clock; or what is wrong with them. */
export function requestOf(
  flags: DataFlags,
  variables: Variables,
  cwd: string,
  now: Date,
): Request | { readonly fault: string } {
  const asOf = variables["CLOUD_ENTITIES_AS_OF"] || now.toISOString().slice(0, 10);
  if (!isDay(asOf)) return { fault: `CLOUD_ENTITIES_AS_OF is "${asOf}": write a day as YYYY-MM-DD` };
  const listed = flags.environment?.join(",") ?? variables["CLOUD_ENTITIES_ENVIRONMENT"] ?? "";
  const chosen = listed.split(",").map((name) => name.trim());
  const environments = [...new Set(chosen.filter((name) => name !== ""))];
  // A choice of nothing must not mean all.
  if (flags.environment && environments.length === 0) return { fault: "--environment names none" };
  return {
    root: resolve(cwd, flags.root ?? (variables["CLOUD_ENTITIES_ROOT"] || ".")),
    environments,
    asOf,
    kinds,
  };
}
