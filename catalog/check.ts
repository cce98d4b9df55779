import { z } from "zod";
import type { Path } from "../kinds/kind";
import { nearest } from "../kinds/names";
import { dataOf, type MapNode, nodeAt, originOf } from "./node";
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
  const { issues } = result.error;
  const misspelt = misspelledKeys(issues, schema);
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
    for (const key of issue.keys) {
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
    for (const key of issue.keys) {
      const near = nearest(key, known);
      const where = path.length === 0 ? "here" : `in \`${path.join(".")}\``;
      const help = `${near ? `did you mean \`${near}\`? ` : ""}${known.length > 0 ? `Known ${where}: ${known.join(", ")}` : "Remove it"}`;
      problems.add(originOf(root, [...path, key], "key"), {
        code: "unknown-key",
        message: `the key \`${key}\` is not known ${where}`,
        help,
        environments,
      });
    }
    return;
  }
  const { code, message, help } = explain(issue, root, path);
  if (code === "missing" && partial) return;
  // What is wrong with a key stands at the key.
  const at = originOf(root, path, code === "key" ? "key" : "value");
  problems.add(at, { code, message, help, environments });
}

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

function explain(issue: Issue, root: MapNode, path: Path): Explained {
  const params = issue.code === "custom" ? issue.params : undefined;
  const absent = nodeAt(root, path) === undefined;
  if (absent || params?.["code"] === "missing") {
    const block = path.slice(0, -1).join(".");
    return {
      code: "missing",
      message: `\`${path.at(-1)}\` is missing${block ? ` from \`${block}\`` : ""}`,
      help: `write it${block ? ` below \`${block}\`` : ""}`,
    };
  }
  if (params) return { code: String(params["code"]), message: issue.message, help: String(params["help"]) };
  const node = nodeAt(root, path);
  const found =
    node?.type === "scalar"
      ? node.value === null
        ? "nothing"
        : JSON.stringify(node.value)
      : `a ${node?.type}`;
  const field = path.length > 0 ? `\`${path.at(-1)}\`` : "the file";
  if (issue.code === "invalid_type") {
    const wanted: Record<string, string> = { object: "a map", record: "a map", array: "a list" };
    return {
      code: "type",
      message: `${field} is ${found}`,
      help: `${wanted[issue.expected] ?? issue.expected} is wanted here`,
    };
  }
  if (issue.code === "too_small")
    return {
      code: "range",
      message: `${field} is empty`,
      help: `at least ${issue.minimum} ${issue.origin === "array" ? "entry" : ""} is wanted here`.replace(
        "  ",
        " ",
      ),
    };
  return { code: "type", message: `${field} is ${found}, which does not fit here`, help: issue.message };
}

/** The keys of the strict object that a schema has at a path. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let inner: z.core.$ZodType | undefined = unwrap(schema);
  for (const step of path) {
    inner = inner && unwrap(inner);
    if (inner instanceof z.ZodObject) inner = inner.shape[String(step)] ?? inner.def.catchall;
    else if (inner instanceof z.ZodArray) inner = inner.def.element;
    else if (inner instanceof z.ZodRecord) inner = inner.def.valueType;
    else return [];
  }
  const object = inner && unwrap(inner);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
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
