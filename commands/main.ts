import { parseArgs } from "node:util";
import { nearest } from "../kinds/names";
import { adopt } from "./adopt";
import { EXIT, type ExitCode } from "./exit";
import { explain } from "./explain";
import { fitted } from "./fitted";
import { list } from "./list";
import { newEntity } from "./new";
import { rename } from "./rename";
import { requestOf } from "./request";
import { show } from "./show";
import { synth } from "./synth";
import { validate } from "./validate";
import { type Call, type Streams, UsageError, type Verb } from "./verb";

/** The verbs that work, in the order of the help. */
const VERBS: readonly Verb[] = [validate, synth, list, show, explain, newEntity, rename, adopt];

/** Verbs of the contract that are not there yet. */
const COMING = ["schema", "fmt", "diff", "review", "plan", "deploy", "drift", "unlock"];

const COMMON = {
  root: { type: "string" },
  environment: { type: "string", multiple: true },
  help: { type: "boolean" },
} as const;

interface World {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: Date;
  readonly streams: Streams;
}

/** Runs one command line: the words after `cloud-entities`. */
export async function run(line: readonly string[], world: World): Promise<ExitCode> {
  const [name, ...rest] = line;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    (name === undefined ? world.streams.err : world.streams.out)(overview());
    return name === undefined ? EXIT.usage : EXIT.fine;
  }
  const verb = VERBS.find((one) => one.name === name);
  if (!verb) {
    world.streams.err(`cloud-entities: ${unknownVerb(name)}\n`);
    return EXIT.usage;
  }
  try {
    const call = callOf(verb, rest, world);
    if (call === "help") {
      world.streams.out(helpOf(verb));
      return EXIT.fine;
    }
    return await verb.run(call);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    world.streams.err(`cloud-entities ${verb.name}: ${error.message}\n\n${usageOf(verb)}\n`);
    return EXIT.usage;
  }
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
  try {
    return parseArgs({
      args: [...args],
      options: { ...COMMON, ...verb.options },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}

function unknownVerb(name: string): string {
  if (COMING.includes(name))
    return `\`${name}\` is not there yet; what works: ${VERBS.map((verb) => verb.name).join(", ")}`;
  const near = nearest(
    name,
    VERBS.map((verb) => verb.name),
  );
  return `there is no verb \`${name}\`${near ? `; did you mean \`${near}\`?` : ""} (\`cloud-entities --help\` lists them)`;
}

function usageOf(verb: Verb): string {
  const words = `${verb.name} ${verb.usage} [--root DIR] [--environment E]…`.match(/\[[^\]]*\]…?|\S+/g) ?? [];
  return fitted(["usage: cloud-entities", ...words], 80, "").join("\n     ");
}

function overview(): string {
  const verbs = VERBS.map((verb) => `  ${verb.name.padEnd(10)} ${verb.summary}`);
  return [
    "usage: cloud-entities VERB [--root DIR] [--environment E]…",
    "",
    "A cloud's entities as code: YAML in git becomes Terraform JSON per environment.",
    "",
    ...verbs,
    "",
    `Not there yet: ${COMING.join(", ")}.`,
    "",
    "  --root DIR         the folder that holds environments/ and entities/",
    "                     (or CLOUD_ENTITIES_ROOT; default: the current folder)",
    "  --environment E    only this environment and its layers; may be repeated",
    "                     (or CLOUD_ENTITIES_ENVIRONMENT, a comma list; default: all)",
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
