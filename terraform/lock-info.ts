/** What Terraform says of a lock that keeps it out. */

/** Who holds the lock of a state, as far as it is known. */
export interface Lock {
  /** Unknown of PostgreSQL's, which has none. */
  readonly id?: string | undefined;
  readonly who?: string | undefined;
  /** When it was taken, ISO 8601. */
  readonly since?: string | undefined;
  readonly operation?: string | undefined;
}

/**
 * The lock in an error of Terraform's; undefined where it speaks of none. Of the http and pg backends the `Lock Info`
 * is that of the one who asks: it tells nothing of the holder.
 */
export function lockIn(said: string): Lock | undefined {
  const text = said.replace(/\s+/g, " ");
  const http = /HTTP remote state already locked: ?(?:ID=(\S+))?/.exec(text);
  if (http) return http[1] === undefined ? {} : { id: http[1] };
  if (/Already locked for workspace creation|Workspace is already locked/.test(text)) return {};
  const info = /Lock Info: (.*)/.exec(text)?.[1];
  if (info === undefined) return undefined;
  const field = (name: string) =>
    new RegExp(`\\b${name}: (.*?) ?(?:(?:ID|Path|Operation|Who|Version|Created|Info):|$)`).exec(info)?.[1] ||
    undefined;
  return {
    id: field("ID"),
    who: field("Who"),
    since: timeOf(field("Created")),
    operation: field("Operation"),
  };
}

/** A time as Go writes it, or as ISO 8601 has it, in the latter. */
export function timeOf(written: string | undefined): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,3})?\d*\s*(Z|[+-]\d\d:?\d\d)?/.exec(
    written ?? "",
  );
  if (!parts) return undefined;
  const [, day, time, fraction = "", zone = "Z"] = parts;
  const date = new Date(`${day}T${time}${fraction}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Terraform's name of what its holder does, in a word: `apply`, `plan`. */
export function operationText(operation: string): string {
  return operation.replace(/^OperationType/, "").toLowerCase() || "something";
}
