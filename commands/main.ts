import { parseArgs } from "node:util";
import { nearest } from "../kinds/names";
import { WorldError } from "../live/world";
import { EXIT, type ExitCode } from "./exit";
import { fitted } from "./fitted";
import { requestOf } from "./request";
import { type Call, type Streams, UsageError, type Verb } from "./verb";

/** The verbs that work, in the order of the help. Only the one that runs is loaded: it is half of the time of a small site. */
const VERBS = {
  validate: () => (require("./validate") as typeof import("./validate")).validate,
  synth: () => (require("./synth") as typeof import("./synth")).synth,
  list: () => (require("./list") as typeof import("./list")).list,
  show: () => (require("./show") as typeof import("./show")).show,
  explain: () => (require("./explain") as typeof import("./explain")).explain,
  new: () => (require("./new") as typeof import("./new")).newEntity,
  rename: () => (require("./rename") as typeof import("./rename")).rename,
  fmt: () => (require("./fmt") as typeof import("./fmt")).fmt,
  schema: () => (require("./schema") as typeof import("./schema")).schema,
  diff: () => (require("./diff") as typeof import("./diff")).diff,
  plan: () => (require("./plan") as typeof import("./plan")).plan,
  review: () => (require("./review") as typeof import("./review")).review,
  deploy: () => (require("./deploy") as typeof import("./deploy")).deploy,
  drift: () => (require("./drift") as typeof import("./drift")).drift,
  unlock: () => (require("./unlock") as typeof import("./unlock")).unlock,
  adopt: () => (require("./adopt") as typeof import("./adopt")).adopt,
} satisfies Readonly<Record<string, () => Verb>>;

const COMMON = {
  root: { type: "string" },
  environment: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

interface World {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: Date;
  readonly streams: Streams;
  /** The version of the program, for `--version`. */
  readonly version?: string;
}

/** Runs one command line: the words after `cloud-entities`. */
export async function run(line: readonly string[], world: World): Promise<ExitCode> {
  const { name, rest } = wordsOf(line);
  if (name === undefined) return withoutVerb(rest, world);
  if (!isVerb(name)) {
    world.streams.err(`cloud-entities: ${unknownVerb(name)}\n`);
    return EXIT.usage;
  }
  const verb = VERBS[name]();
  try {
    const call = callOf(verb, rest, world);
    if (call === "help") {
      world.streams.out(helpOf(verb));
      return EXIT.fine;
    }
    return await verb.run(call);
  } catch (error) {
    if (error instanceof WorldError) {
      world.streams.err(`cloud-entities ${verb.name}: ${error.message}\n`);
      return EXIT.world;
    }
    if (!(error instanceof UsageError)) throw error;
    world.streams.err(`cloud-entities ${verb.name}: ${error.message}\n\n${usageOf(verb)}\n`);
    return EXIT.usage;
  }
}

/** The verb and all that stands around it: options may stand before the verb too. */
function wordsOf(line: readonly string[]): { name: string | undefined; rest: string[] } {
  if (line[0] === "help") return { name: line[1], rest: [...line.slice(2), "--help"] };
  const words = line.flatMap((word, index) => (isWord(word, line[index - 1]) ? [index] : []));
  const isFirst = (index: number) => index === 0 || isVerb(line[index] ?? "");
  const at = words.find(isFirst) ?? words[0];
  if (at === undefined) return { name: undefined, rest: [...line] };
  return { name: line[at], rest: [...line.slice(0, at), ...line.slice(at + 1)] };
}

/** Is it neither an option nor the value of a common one? */
function isWord(word: string, before: string | undefined): boolean {
  return !word.startsWith("-") && !/^--(root|environment)$/.test(before ?? "");
}

function withoutVerb(options: readonly string[], { streams, version = "" }: World): ExitCode {
  if (options.includes("--version")) streams.out(`${version}\n`);
  else if (options.includes("--help") || options.includes("-h")) streams.out(overview());
  else {
    streams.err(overview());
    return EXIT.usage;
  }
  return EXIT.fine;
}

function callOf(verb: Verb, args: readonly string[], { variables, cwd, now, streams }: World): Call | "help" {
  const { values, positionals } = parse(verb, args);
  if (values["help"] === true) return "help";
  const { min, max } = verb.words;
  if (positionals.length < min || positionals.length > max) {
    throw new UsageError(
      positionals.length < min ? `${verb.usage} is wanted` : `one word too many: "${positionals[max]}"`,
    );
  }
  const empty = Object.entries(values).find(([, value]) => [value].flat().includes(""));
  if (empty) throw new UsageError(`--${empty[0]} is empty`);
  const { root, environment } = values;
  const flags = {
    root: typeof root === "string" ? root : undefined,
    environment: Array.isArray(environment)
      ? environment.filter((one) => typeof one === "string")
      : undefined,
  };
  const request = requestOf(flags, variables, cwd, now);
  if ("fault" in request) throw new UsageError(request.fault);
  return { request, words: positionals, flags: values, streams, cwd, variables };
}

function parse(verb: Verb, args: readonly string[]): { values: Call["flags"]; positionals: string[] } {
  const options = { ...COMMON, ...verb.options };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(unknownOption(args, Object.keys(options)) ?? sentenceOf(error));
  }
}

/** The first option that the verb does not have, and the one that was likely meant. */
function unknownOption(args: readonly string[], known: readonly string[]): string | undefined {
  const { tokens } = parseArgs({ args: [...args], options: {}, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === "option" && !isKnown(token.rawName, known));
  if (unknown?.kind !== "option") return undefined;
  const near = nearest(unknown.name, known);
  const cure = near ? `did you mean --${near}?` : `there are ${known.map((one) => `--${one}`).join(", ")}`;
  return `there is no option ${unknown.rawName}; ${cure}`;
}

function isKnown(option: string, known: readonly string[]): boolean {
  return option === "-h" || known.some((one) => option === `--${one}`);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
}

function isVerb(name: string): name is keyof typeof VERBS {
  return Object.hasOwn(VERBS, name);
}

function unknownVerb(name: string): string {
  const verbs = Object.keys(VERBS);
  const near = nearest(name, verbs);
  return `there is no verb \`${name}\`${near ? `; did you mean \`${near}\`?` : ""} (\`cloud-entities --help\` lists them)`;
}

function usageOf(verb: Verb): string {
  const words = `${verb.name} ${verb.usage} [--root DIR] [--environment E]…`.match(/\[[^\]]*\]…?|\S+/g) ?? [];
  return fitted(["usage: cloud-entities", ...words], 80, "").join("\n     ");
}

function overview(): string {
  const verbs = Object.values(VERBS).map((load) => load());
  return [
    "usage: cloud-entities VERB [--root DIR] [--environment E]…",
    "",
    "A cloud's entities as code: YAML in git becomes Terraform JSON per environment.",
    "",
    ...verbs.map((verb) => `  ${verb.name.padEnd(10)} ${verb.summary}`),
    "",
    "  --root DIR         the folder that holds environments/ and entities/",
    "                     (or CLOUD_ENTITIES_ROOT; default: the current folder)",
    "  --environment E    only this environment and its layers; may be repeated,",
    "                     or a comma list",
    "                     (or CLOUD_ENTITIES_ENVIRONMENT, a comma list; default: all)",
    "  --help, --version",
    "  CLOUD_ENTITIES_AS_OF=YYYY-MM-DD",
    "                     the day on which dates are judged (default: today, UTC)",
    "",
    "exit codes: 0 fine, 1 problems in the input, 2 wrong use, 3 the world failed,",
    "            4 changes, drift or a refused gate, where you asked to know",
    "",
    "`cloud-entities VERB --help` says more of one verb.",
    "",
  ].join("\n");
}

function helpOf(verb: Verb): string {
  return `${usageOf(verb)}\n\n${verb.summary}\n${verb.help === "" ? "" : `\n${verb.help}\n`}`;
}
