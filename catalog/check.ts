import type { z } from "zod";
import { type Code, isCode } from "../kinds/codes";
import { show } from "../kinds/fields";
import type { Path } from "../kinds/kind";
import { isNull } from "./merge";
import { dataOf, type MapNode, type Node, nodeAt, originOf, removedAt } from "./node";
import type { Cause, Problems } from "./problem";
import { knownKeys, metaOf, requiredKeys, schemaAt } from "./schema-paths";
import { names, Slips } from "./slips";
import { blockAt, fieldAt, inYaml, shortList } from "./wording";

/** How a document is checked. */
interface Checking {
  readonly environments: readonly string[];
  /** A layer's file may be a patch: what it lacks is not missing. */
  readonly partial?: boolean;
  /** Where the parts of the key stand: a file that lacks one may be a patch of nothing, and what else it lacks is no news. */
  readonly identity?: readonly Path[];
  /** Why there is nothing that the document could patch. */
  readonly lacksBase?: () => Cause | undefined;
}

/** A refused value as zod describes it; `params` are ours (`kinds/fields.ts`). */
type Issue = z.core.$ZodIssue;

/** What else may be wrong where a part of the key is missing. */
const PATCH_OF_NOTHING =
  "or, if this is a patch, correct the file's name: no earlier layer has such an entity";

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
  { environments, partial = false, identity = [], lacksBase }: Checking,
): Checked<T> | undefined {
  const written = dataOf(root);
  const result = schema.safeParse(written);
  if (result.success) return { value: result.data, sound: true };
  // Whoever has made a hundred mistakes in a file has made one many times.
  const issues = result.error.issues.slice(0, MOST);
  const slips = new Slips(issues, schema, root);
  for (const { path, code, message, help } of slips.told)
    problems.add(originOf(root, path, "key"), { code, message, help, environments });
  const isAbsent = (issue: Issue) => nodeAt(root, stepsOf(issue)) === undefined;
  const rest = issues.filter((issue) => !slips.isAbout(issue) && !slips.excuses(stepsOf(issue)));
  const missing = partial ? [] : rest.filter(isAbsent);
  const nameless = missing.find((issue) => identity.some((path) => leadsTo(stepsOf(issue), path)));
  const lacked = (nameless ? [nameless] : missing).map(stepsOf);
  for (const path of lacked) tellRemoved(path, root, problems, environments);
  const cause = nameless && lacksBase?.();
  for (const { path, keys } of byBlock(lacked.filter((path) => !removedAt(root, path)))) {
    const { message, help } = missingText(schema, path, keys);
    const cure = cause?.help ?? (nameless ? `${help}; ${PATCH_OF_NOTHING}` : help);
    problems.add(originOf(root, path), { code: "missing", message, help: cure, cause, environments });
  }
  for (const issue of rest) if (!isAbsent(issue)) report(issue, schema, root, problems, environments);
  for (const issue of issues) remove(written, issue);
  const left = schema.safeParse(written);
  return left.success ? { value: left.data, sound: false } : undefined;
}

/** What is missing because a layer took it away is told where it did. */
function tellRemoved(path: Path, root: MapNode, problems: Problems, environments: readonly string[]): void {
  const at = removedAt(root, path);
  const key = `\`${path.at(-1)}\``;
  const block = path.length > 1 ? ` from ${blockAt(path.slice(0, -1))}` : "";
  const message = `${key} is missing${block}: this null takes away what an earlier layer has`;
  const help = `remove the line, or write another value: ${key} is required`;
  if (at) problems.add(at, { code: "missing", message, help, environments });
}

/** What is missing from each block. */
function byBlock(paths: readonly Path[]): { path: Path; keys: string[] }[] {
  const blocks = new Map<string, { path: Path; keys: string[] }>();
  for (const path of paths) {
    const block = path.slice(0, -1);
    const mark = JSON.stringify(block);
    const keys = [...(blocks.get(mark)?.keys ?? []), String(path.at(-1))];
    blocks.set(mark, { path: block, keys });
  }
  return [...blocks.values()];
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

function stepsOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function report(
  issue: Issue,
  schema: z.ZodType,
  root: MapNode,
  problems: Problems,
  environments: readonly string[],
): void {
  const path = stepsOf(issue);
  const node = nodeAt(root, path) ?? root;
  const { code, message, help } = explain(issue, node, path, schema);
  // What is wrong with a key stands at the key.
  const at = originOf(root, path, code === "key" ? "key" : "value");
  problems.add(at, { code, message, help, environments });
}

interface Explained {
  readonly code: Code;
  readonly message: string;
  readonly help: string;
}

function explain(issue: Issue, node: Node, path: Path, schema: z.ZodType): Explained {
  const params = issue.code === "custom" ? issue.params : undefined;
  const code = String(params?.["code"]);
  const field = fieldAt(path);
  if (isNull(node) && typeof path.at(-1) === "number")
    return { code: "null", message: `${field} is empty`, help: "write a value, or take the entry out" };
  if (isCode(code)) {
    const isTold = !OF_A_FIELD.has(code) || path.length === 0 || issue.message.includes(`\`${path.at(-1)}\``);
    const message = isTold ? issue.message : `${field}: ${issue.message}`;
    return { code, message, help: String(params?.["help"]) };
  }
  if (isNull(node)) {
    const help =
      "write a value, or remove the line: null removes what an earlier layer has, and none has this";
    return { code: "null", message: `nothing is written at ${field}`, help };
  }
  const found = shown(node);
  if (issue.code === "invalid_type") {
    const isList = issue.expected === "array";
    const help = isList ? cureOfNoList(path, node) : cureOfNoMap(path, schema);
    return { code: "type", message: `${field} is ${found}, not a ${isList ? "list" : "map"}`, help };
  }
  if (issue.code === "too_small") {
    const entries = issue.minimum === 1 ? "at least one entry" : `at least ${issue.minimum} entries`;
    return { code: "range", message: `${field} is empty`, help: `write ${entries}` };
  }
  return { code: "type", message: `${field} is ${found}, which is refused`, help: issue.message };
}

/** Codes of a single value, whose message is told with the field that it stands in. */
const OF_A_FIELD: ReadonlySet<string> = new Set(["type", "range", "unit", "choice", "date", "null"]);

function shown(node: Node): string {
  return node.type === "scalar" ? show(node.value) : `a ${node.type}`;
}

/** How a list is written where something else stands. */
function cureOfNoList(path: Path, node: Node): string {
  if (node.type !== "scalar") return "begin each entry with `- `, on a line of its own";
  const field = typeof path.at(-1) === "string" ? `${path.at(-1)}: ` : "";
  const value = String(node.value).length > 40 ? "…" : inYaml(node.value);
  return `write \`${field}[${value}]\`, or each entry on a line of its own after \`- \``;
}

/** How a map is written where something else stands. */
function cureOfNoMap(path: Path, schema: z.ZodType): string {
  const known = knownKeys(schema, path);
  if (known.length === 0) return "write `key: value`, each on a line of its own";
  const inner = schemaAt(schema, path);
  const required = inner ? requiredKeys(inner) : [];
  return `write a block of keys: ${shortList(required.length > 0 ? required : known)}`;
}

/** What is missing, what it means, and an example or the keys that it must have. */
function missingText(schema: z.ZodType, block: Path, keys: readonly string[]): Omit<Explained, "code"> {
  const from = block.length > 0 ? ` from ${blockAt(block)}` : "";
  const below = block.length > 0 ? ` below ${blockAt(block)}` : "";
  const verb = keys.length === 1 ? "is" : "are";
  const [key = ""] = keys;
  const about = keys.length === 1 ? aboutField(key, schemaAt(schema, [...block, key])) : "";
  return {
    message: `${names(keys)} ${verb} missing${from}`,
    help: `write ${names(keys)}${below}${about}`,
  };
}

/** An example of a field, what it means, and the keys that it must have. */
function aboutField(key: string, schema: z.core.$ZodType | undefined): string {
  const meta = metaOf(schema);
  const examples: readonly unknown[] = Array.isArray(meta["examples"]) ? meta["examples"] : [];
  const words = examples.map((one) => `\`${key}: ${inYaml(one)}\``);
  const example = words.length > 0 ? `, such as ${words.join(" or ")}` : "";
  const description = meta["description"] === undefined ? "" : `: ${meta["description"]}`;
  const required = schema ? requiredKeys(schema) : [];
  const keys = required.length > 0 ? ` It needs ${required.map((key) => `\`${key}\``).join(", ")}.` : "";
  return `${example}${description}${keys}`;
}
