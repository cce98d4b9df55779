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
}

/** A refused value as zod describes it; `params` are ours (`kinds/fields.ts`). */
type Issue = z.core.$ZodIssue;

/** Checks a document against its schema: the typed value, or undefined after problems at the places of the faults. */
export function checkDocument<T>(
  schema: z.ZodType<T>,
  root: MapNode,
  problems: Problems,
  { environments, partial = false }: Checking,
): T | undefined {
  const result = schema.safeParse(dataOf(root));
  if (result.success) return result.data;
  const { issues } = result.error;
  const misspelt = misspelledKeys(issues, schema);
  for (const issue of issues) {
    // A misspelled key is one mistake, not an unknown key and a missing one.
    if (!misspelt.has(JSON.stringify(issue.path))) report(issue, schema, root, problems, environments, partial);
  }
  return undefined;
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
