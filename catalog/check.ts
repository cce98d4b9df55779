import { z } from "zod";
import { type Code, isCode } from "../kinds/codes";
import type { Path } from "../kinds/kind";
import { nearest } from "../kinds/names";
import { isNull } from "./merge";
import { dataOf, type MapNode, type Node, nodeAt, originOf } from "./node";
import type { Problems } from "./problem";

/** How a document is checked. */
interface Checking {
  readonly environments: readonly string[];
  /** A layer's file may be a patch: what it lacks is not missing. */
  readonly partial?: boolean;
  /** Where the parts of the key stand: a file that lacks one may be a patch of nothing, and what else it lacks is no news. */
  readonly identity?: readonly Path[];
}

/** A refused value as zod describes it; `params` are ours (`kinds/fields.ts`). */
type Issue = z.core.$ZodIssue;

/** The most problems that are told of one document. */
const MOST = 100;

/** A checked document. Unsound: it has problems, and only what is right in it is here. */
export interface Checked<T> {
  readonly value: T;
  readonly sound: boolean;
}

/**
 * Checks a document against its schema. Faults are problems at their places; what is left without them is returned
 * as unsound, so that its references are proven in the same run; undefined if too little is left.
 */
export function checkDocument<T>(
  schema: z.ZodType<T>,
  root: MapNode,
  problems: Problems,
  { environments, partial = false, identity = [] }: Checking,
): Checked<T> | undefined {
  const written = dataOf(root);
  const result = schema.safeParse(written);
  if (result.success) return { value: result.data, sound: true };
  // Whoever has made a hundred mistakes in a file has made one many times.
  const issues = result.error.issues.slice(0, MOST);
  const misspelt = misspelledKeys(issues, schema);
  const lost = lostBlock(issues, identity, root);
  if (lost) {
    const { block, key } = lost;
    const help = `write \`${block}:\` and indent what belongs to it below`;
    problems.add(originOf(root, [key], "key"), {
      code: "missing",
      message: `\`${key}\` belongs below \`${block}:\``,
      help,
      environments,
    });
    return undefined;
  }
  const isAbsent = (issue: Issue) =>
    issue.code !== "unrecognized_keys" && nodeAt(root, stepsOf(issue)) === undefined;
  const nameless = issues.find(
    (issue) => isAbsent(issue) && identity.some((path) => leadsTo(stepsOf(issue), path)),
  );
  for (const issue of issues) {
    // A misspelled key is one mistake, not an unknown key and a missing one.
    if (misspelt.has(JSON.stringify(issue.path))) continue;
    if (nameless && issue !== nameless && isAbsent(issue)) continue;
    report(issue, schema, root, problems, environments, partial);
  }
  for (const issue of issues) remove(written, issue);
  const rest = schema.safeParse(written);
  return rest.success ? { value: rest.data, sound: false } : undefined;
}

/** The block of the kind, if it is missing and its fields stand at the top instead: one mistake, not one for each field. */
function lostBlock(
  issues: readonly Issue[],
  identity: readonly Path[],
  root: MapNode,
): { block: string; key: string } | undefined {
  const [block] = identity[0] ?? [];
  if (identity[0]?.length !== 2 || typeof block !== "string") return undefined;
  const written = root.entries.get(block);
  if (written && !isNull(written.value)) return undefined;
  const top = issues.find((issue) => issue.code === "unrecognized_keys" && issue.path.length === 0);
  const fields = identity.map((path) => String(path.at(-1)));
  const key = top?.code === "unrecognized_keys" ? top.keys.find((one) => fields.includes(one)) : undefined;
  return key === undefined ? undefined : { block, key };
}

function leadsTo(path: Path, inner: Path): boolean {
  return path.every((step, index) => step === inner[index]);
}

/** Takes what an issue is about out of the plain value. */
function remove(value: unknown, issue: Issue): void {
  const path = stepsOf(issue);
  const unknown = issue.code === "unrecognized_keys";
  const outer = (unknown ? path : path.slice(0, -1)).reduce<unknown>(
    (inner, step) => (isObject(inner) ? inner[step] : undefined),
    value,
  );
  if (!isObject(outer)) return;
  // An entry of a list leaves a hole, so that the others keep their places; the second check finds it.
  for (const key of unknown ? issue.keys : path.slice(-1)) delete outer[key];
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** The paths of the keys that unknown keys were most likely meant to be. */
function misspelledKeys(issues: readonly Issue[], schema: z.ZodType): Set<string> {
  const paths = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const known = knownKeys(schema, stepsOf(issue));
    for (const key of issue.keys.slice(0, MOST)) {
      const meant = nearest(key, known);
      if (meant !== undefined) paths.add(JSON.stringify([...issue.path, meant]));
    }
  }
  return paths;
}

function stepsOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function report(
  issue: Issue,
  schema: z.ZodType,
  root: MapNode,
  problems: Problems,
  environments: readonly string[],
  partial: boolean,
): void {
  const path = stepsOf(issue);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    const [first = "", ...more] = issue.keys;
    // Many at once are one slip, such as a lost line or indentation.
    const told = more.length < 3 ? issue.keys : [first];
    const others = told.length < issue.keys.length ? ` (nor are ${more.length} more of this block)` : "";
    for (const key of told) {
      const near = nearest(key, known);
      const where = path.length === 0 ? "here" : `in \`${path.join(".")}\``;
      const help = `${near ? `did you mean \`${near}\`? ` : ""}${known.length > 0 ? `Known ${where}: ${known.join(", ")}` : "Remove it"}`;
      problems.add(originOf(root, [...path, key], "key"), {
        code: "unknown-key",
        message: `the key \`${key}\` is not known ${where}${others}`,
        help,
        environments,
      });
    }
    return;
  }
  const { code, message, help } = explain(issue, schema, root, path);
  if (code === "missing" && partial) return;
  // What is wrong with a key stands at the key.
  const at = originOf(root, path, code === "key" ? "key" : "value");
  problems.add(at, { code, message, help, environments });
}

interface Explained {
  readonly code: Code;
  readonly message: string;
  readonly help: string;
}

function explain(issue: Issue, schema: z.ZodType, root: MapNode, path: Path): Explained {
  const params = issue.code === "custom" ? issue.params : undefined;
  const node = nodeAt(root, path);
  if (node === undefined || params?.["code"] === "missing") return missing(schema, path);
  const code = String(params?.["code"]);
  if (isCode(code)) return { code, message: issue.message, help: String(params?.["help"]) };
  const field = fieldAt(path);
  if (isNull(node)) {
    const help =
      "write a value, or leave the line out; in a layer, null removes what an earlier one has, and none has this";
    return { code: "null", message: `nothing is written at ${field}`, help };
  }
  const found = shown(node);
  if (issue.code === "invalid_type") {
    const wanted: Record<string, string> = { object: "a map", record: "a map", array: "a list" };
    return {
      code: "type",
      message: `${field} is ${found}`,
      help: `${wanted[issue.expected] ?? issue.expected} is wanted here`,
    };
  }
  if (issue.code === "too_small") {
    return { code: "range", message: `${field} is empty`, help: `at least ${issue.minimum} is wanted here` };
  }
  return { code: "type", message: `${field} is ${found}, which does not fit here`, help: issue.message };
}

function shown(node: Node): string {
  return node.type === "scalar" ? JSON.stringify(node.value) : `a ${node.type}`;
}

/** A field as a message names it: its key, or which entry of a list it is. */
function fieldAt(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "number" ? `entry ${last + 1} of \`${path.at(-2)}\`` : `\`${last}\``;
}

/** What is missing, what it means, and an example or the keys that it must have. */
function missing(schema: z.ZodType, path: Path): Explained {
  const block = path.slice(0, -1).join(".");
  const inner = schemaAt(schema, path);
  const meta = metaOf(inner);
  const examples: readonly unknown[] = Array.isArray(meta["examples"]) ? meta["examples"] : [];
  const words = examples.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const example = words.length > 0 ? `, such as ${words.join(" or ")}` : "";
  const description = meta["description"] === undefined ? "" : `: ${meta["description"]}`;
  const required = inner && requiredKeys(inner);
  const keys =
    required && required.length > 0 ? ` It needs ${required.map((key) => `\`${key}\``).join(", ")}.` : "";
  return {
    code: "missing",
    message: `${fieldAt(path)} is missing${block ? ` from \`${block}\`` : ""}`,
    help: `write \`${path.at(-1)}\`${block ? ` below \`${block}\`` : ""}${example}${description}${keys}`,
  };
}

/** What a schema says of itself, through what is wrapped around it. */
function metaOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodType)) return {};
  return schema.meta() ?? (schema instanceof z.ZodPipe ? metaOf(schema.def.in) : {});
}

function requiredKeys(schema: z.core.$ZodType): string[] {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return Object.entries(object.shape).flatMap(([key, field]) =>
    field instanceof z.ZodType && field.safeParse(undefined).success ? [] : [key],
  );
}

/** The keys of the strict object that a schema has at a path. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  const inner = schemaAt(schema, path);
  const object = inner && unwrap(inner);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** The schema of what stands at a path. */
function schemaAt(schema: z.ZodType, path: Path): z.core.$ZodType | undefined {
  let inner: z.core.$ZodType | undefined = schema;
  for (const step of path) {
    const outer: z.core.$ZodType | undefined = inner && unwrap(inner);
    if (outer instanceof z.ZodObject) inner = outer.shape[String(step)] ?? outer.def.catchall;
    else if (outer instanceof z.ZodArray) inner = outer.def.element;
    else if (outer instanceof z.ZodRecord) inner = outer.def.valueType;
    else return undefined;
  }
  return inner;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  ) {
    return unwrap(schema.def.innerType);
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : schema;
}
