/**
 * Strings from YAML are data. Terraform reads `${…}` and `%{…}` in JSON strings as expressions, and cdktf keeps
 * its own marks in strings; both become inert here. Expressions of ours carry a mark that no data can hold.
 */
import { inert } from "./template";

/** A lone surrogate: reading refuses it in every file, so only code can write it. */
const EXPRESSION = "\uD800";

/** A Terraform expression, such as `openstack_identity_project_v3.x.id`, to stand where a string is wanted. */
export function expression(hcl: string): string {
  return `${EXPRESSION}\${${hcl}}`;
}

/** Data and expressions joined to one string: `joined("/projects/", stack.reference(project, key))`. */
export function joined(...parts: readonly string[]): string {
  return (
    EXPRESSION +
    parts.map((part) => (part.startsWith(EXPRESSION) ? part.slice(EXPRESSION.length) : inert(part))).join("")
  );
}

/** Text in HCL quotes, to stand inside an expression. */
export function quoted(data: string): string {
  return inert(JSON.stringify(data));
}

/** What goes into the JSON: expressions as they are, all other strings inert, without what is undefined. */
export function toJson(value: unknown): unknown {
  if (typeof value === "string") return finished(value);
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(toJson);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value))
    if (inner !== undefined) result[inert(key)] = toJson(inner);
  return result;
}

/** The text of `toJson(value)`, written at once: a stack has twenty thousand such values. */
export function jsonText(value: unknown, indent: string): string {
  if (typeof value === "string") return JSON.stringify(finished(value));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const parts: string[] = [];
  for (const key in value) {
    const inner: unknown = (value as Record<string, unknown>)[key];
    if (inner === undefined) continue;
    const text = jsonText(inner, deeper);
    parts.push(isList ? text : `${JSON.stringify(inert(key))}: ${text}`);
  }
  const [open, close] = isList ? "[]" : "{}";
  return parts.length === 0
    ? `${open}${close}`
    : `${open}\n${deeper}${parts.join(`,\n${deeper}`)}\n${indent}${close}`;
}

function finished(text: string): string {
  return text.startsWith(EXPRESSION) ? text.slice(EXPRESSION.length) : inert(text);
}
