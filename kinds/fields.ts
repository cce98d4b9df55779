/**
 * The types of fields. Each is a zod schema that turns what is written into what code uses, says what is
 * wrong and what would be right, and knows how to show itself in JSON Schema and in the reference.
 */
import { z } from "zod";
import type { Code } from "./codes";
import type { Path } from "./kind";
import { nearest, withArticle } from "./names";
import { exampleOf, readQuantity, UNITS, type Unit } from "./units";

/** What the reference and the editor show of a field. */
export interface About {
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** The kind whose entities it names. */
  readonly of?: string;
  /** What may be written, in a few words. */
  readonly words?: string;
}

/** A refused value: its code, what is wrong, what would be right. */
export class Fault {
  constructor(
    readonly message: string,
    readonly help: string,
    readonly code: Code = "type",
  ) {}
}

/** Tells zod of a fault: of the value at hand, or of what stands at a path in it. */
export function refuse(context: z.core.$RefinementCtx, fault: Fault, path: Path = []): void {
  const { code, message, help } = fault;
  context.addIssue({ code: "custom", path: [...path], message, params: { code, help } });
}

/** Tells zod of unknown keys where no strict object does, and of what is known instead. */
export function refuseKeys(
  context: z.core.$RefinementCtx,
  keys: readonly string[],
  known: readonly string[],
): void {
  context.addIssue({ code: "custom", message: "unknown keys", params: { code: "unknown-key", keys, known } });
}

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A field read by a function of its written value. `json` says in JSON Schema what `read` takes; where that cannot
 * be said, it says less: an editor never refuses what is right. `undefined` never reaches `read`: a required field
 * that is absent is the problem `missing`, an optional one (`.optional()`) is simply absent.
 */
export function field<T>(about: About, json: JsonSchema, read: (value: unknown) => T | Fault): z.ZodType<T> {
  const transform = z.transform((value, context): T => {
    const result = value === undefined ? missing : value === null ? nothing : read(value);
    if (!(result instanceof Fault)) return result;
    refuse(context, result);
    return z.NEVER;
  });
  return transform.register(z.globalRegistry, { ...about, json });
}

const missing = new Fault("", "", "missing");

const nothing = new Fault(
  "nothing is written here",
  "write a value, or leave the line out; in a layer, null removes what an earlier one has, and none has this",
  "null",
);

/** A value as it may stand in a message: texts quoted, long ones cut. */
export function show(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") {
    const cut = value.length > 60 ? `${value.slice(0, 57)}…` : value;
    return JSON.stringify(cut);
  }
  return String(value);
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Any text, at most `max` characters. */
export function text(about: About, max = 255): z.ZodType<string> {
  const words = about.of === undefined ? "text" : "name";
  return field({ words, ...about }, { type: "string", maxLength: max }, (value) => {
    if (typeof value !== "string") {
      const help = typeof value === "object" ? "write a text" : `write "${String(value)}", with quotes`;
      return new Fault(`${show(value)} is not a text`, help);
    }
    if (value.length > max) {
      return new Fault(`the text has ${value.length} characters`, `shorten it: at most ${max} fit`);
    }
    return value;
  });
}

/** A text that says something, without spaces at its ends. */
export function filled(about: About, max = 255): z.ZodType<string> {
  const filled = text(about, max).transform((value, context) => {
    if (value === "") refuse(context, nothing);
    else if (value.trim() !== value)
      refuse(context, new Fault(`${show(value)} begins or ends with a space`, "take it away"));
    return value;
  });
  return filled.meta({ words: "text", ...about, json: { type: "string", maxLength: max, pattern: FILLED } });
}

const FILLED = "^\\S(.*\\S)?$";

/** A name of an entity: a text without `/` and control characters, not empty, without spaces at its ends. */
export function name(about: About, max = 255): z.ZodType<string> {
  const named = text(about, max).transform((value, context) => {
    const wrong =
      value === ""
        ? "the name is empty"
        : value.includes("/")
          ? `${show(value)} holds a "/"`
          : CONTROL.test(value) || /[\t\n\r]/.test(value)
            ? "the name holds a control character"
            : value.trim() !== value
              ? `${show(value)} begins or ends with a space`
              : undefined;
    if (wrong !== undefined) {
      const help = "a name has no `/`, no control characters and no spaces at its ends";
      refuse(context, new Fault(wrong, help, "name"));
    }
    return value;
  });
  return named.meta({ words: "name", ...about, json: { type: "string", maxLength: max, pattern: NAME } });
}

/** What a name may be, as a pattern. */
const NAME = "^(?!\\s)[^/\\u0000-\\u001f\\u007f]+(?<!\\s)$";

/** The key of another entity, as it is written: `<name>` or `<domain>/<name>`. */
export function key(about: About & { readonly of: string }, parts: 1 | 2 = 1): z.ZodType<string> {
  const shape = parts === 1 ? "a name" : "`<domain>/<name>`";
  const pattern = parts === 1 ? "^[^/]+$" : "^[^/]+/[^/]+$";
  const json = { type: "string", pattern, patternErrorMessage: `write ${shape}` };
  return field({ words: parts === 1 ? "name" : `key ${shape}`, ...about }, json, (value) => {
    if (typeof value !== "string")
      return new Fault(`${show(value)} is no name of ${withArticle(about.of)}`, `write ${shape}`);
    const found = value.split("/");
    if (found.length !== parts || found.some((part) => part === "")) {
      const name = found.at(-1) ?? "";
      const help =
        name === "" || found.length === parts
          ? `write ${shape}`
          : parts === 1
            ? `write the name alone: ${name}`
            : `write its domain too: \`<domain>/${name}\``;
      return new Fault(`${show(value)} is no key of ${withArticle(about.of)}`, help, "reference");
    }
    return value;
  });
}

/** `<namespace>/<name>` of an entity that lives in a namespace. */
export function namespacedKey(about: About & { readonly of: string }): z.ZodType<string> {
  const json = {
    type: "string",
    pattern: "^[^/]+/[^/]+$",
    patternErrorMessage: "write `<namespace>/<name>`",
  };
  return field({ words: "key `<namespace>/<name>`", ...about }, json, (value) =>
    typeof value === "string" && /^[^/]+\/[^/]+$/.test(value)
      ? value
      : new Fault(
          `${show(value)} is no key of ${withArticle(about.of)}`,
          typeof value === "string" && /^[a-z0-9.-]+$/.test(value)
            ? `write its namespace too: \`<namespace>/${value}\``
            : "write `<namespace>/<name>`",
          "reference",
        ),
  );
}

/** `true` or `false`. */
export function flag(about: About): z.ZodType<boolean> {
  return field({ words: "true or false", ...about }, { type: "boolean" }, (value) => {
    if (typeof value === "boolean") return value;
    const help =
      typeof value === "string" && /^(yes|no|on|off|y|n|true|false)$/i.test(value)
        ? `write ${/^(yes|on|y|true)$/i.test(value) ? "true" : "false"}, without quotes (in YAML 1.2 ${show(value)} is a text)`
        : "write true or false";
    return new Fault(`${show(value)} is neither true nor false`, help);
  });
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number. */
export function count(
  about: About,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds = {},
): z.ZodType<number> {
  const words = min > 0 ? `whole number, at least ${min}` : "whole number";
  return field({ words, ...about }, wholeJson(min, max), (value) => whole(value, min, max));
}

/** Whole numbers, plain or quoted. */
function wholeJson(min: number, max: number): JsonSchema {
  return {
    type: ["integer", "string"],
    minimum: min,
    ...(max < Number.MAX_SAFE_INTEGER ? { maximum: max } : {}),
    pattern: `^(${digits(min)})$`,
    patternErrorMessage: "write a whole number, without a unit",
  };
}

/** The digits of a whole number, as a pattern. */
function digits(min: number): string {
  return min > 0 ? "[1-9]\\d*" : min === 0 ? "-?0|[1-9]\\d*" : "-?(0|[1-9]\\d*)";
}

function whole(value: unknown, min: number, max: number): number | Fault {
  const number = typeof value === "string" && /^-?(0|[1-9]\d*)$/.test(value) ? Number(value) : value;
  if (typeof number !== "number") {
    // `1,5` is no whole number, `1,500` may well be one.
    const isGrouped =
      typeof value === "string" && /^-?\d+(_\d+)*$|^-?\d{1,3}([,' ]\d{3})+$/.test(value.trim());
    const digits = isGrouped ? value.replace(/[\s_,']/g, "") : "";
    const help = /^-?[1-9]\d*$/.test(digits) ? `write ${digits}` : "write a whole number, without a unit";
    return new Fault(`${show(value)} is not a number`, help);
  }
  if (!Number.isSafeInteger(number))
    return new Fault(`${show(value)} is not a whole number`, "write one without a fraction");
  if (number < min) return new Fault(`${number} is too small`, `write ${min} or more`, "range");
  if (number > max) return new Fault(`${number} is too large`, `write ${max} or less`, "range");
  return number;
}

/** A size or a rate: a whole number of the base unit, or a number with a unit. */
export function quantity(about: About, unit: Unit, { min = 0 }: Bounds = {}): z.ZodType<number> {
  const words = `quantity in ${unit}, such as \`${exampleOf(unit)}\``;
  return field(
    { words, ...about, description: `${about.description} Base unit ${unit}.` },
    quantityJson(unit, min),
    (value) => measured(value, unit, min),
  );
}

/** Whole numbers of the base unit, plain or quoted, and numbers with a unit. */
function quantityJson(unit: Unit, min: number): JsonSchema {
  const units = Object.keys(UNITS[unit]).join("|");
  const least = min > 0 ? "(?!-)(?![0.]+( |$))" : min === 0 ? "(?!-[0.]*[1-9])" : "";
  return {
    type: ["integer", "string"],
    minimum: min,
    pattern: `^${least}-?(0|[1-9]\\d*)(\\.0+|(\\.\\d+)? (${units}))?$`,
    patternErrorMessage: `write a whole number of ${unit}, or a number, one space and a unit, such as "${exampleOf(unit)}"; units here: ${units.replaceAll("|", ", ")}`,
  };
}

function measured(value: unknown, unit: Unit, min: number): number | Fault {
  if (typeof value !== "string" && typeof value !== "number") {
    return new Fault(
      `${show(value)} is no quantity`,
      `write a whole number of ${unit}, or a number with a unit`,
    );
  }
  const result = readQuantity(value, unit);
  if (typeof result !== "number") return new Fault(result.message, result.help, "unit");
  return result < min
    ? new Fault(`${show(value)} is too small`, `write ${Math.max(0, min)} ${unit} or more`, "range")
    : result;
}

/** The value of a quota: a whole number, with a unit where it has one; `-1` or `unlimited` for no limit. */
export function quota(about: About, unit?: Unit): z.ZodType<number> {
  const description = unit ? `${about.description} Base unit ${unit}.` : about.description;
  const number = unit ? `quantity in ${unit}, such as \`${exampleOf(unit)}\`,` : "whole number";
  return field({ words: `${number} or \`unlimited\``, ...about, description }, quotaJson(unit), (value) => {
    if (value === "unlimited") return -1;
    const result = unit ? measured(value, unit, -1) : whole(value, -1, QUOTA_MAX);
    if (!(result instanceof Fault)) {
      return result <= QUOTA_MAX
        ? result
        : new Fault(`${show(value)} is too large`, `write ${QUOTA_MAX} or less`, "range");
    }
    return new Fault(result.message, `${result.help} (-1 or unlimited for no limit)`, result.code);
  });
}

function quotaJson(unit: Unit | undefined): JsonSchema {
  const json = unit ? quantityJson(unit, -1) : wholeJson(-1, QUOTA_MAX);
  return {
    ...json,
    maximum: QUOTA_MAX,
    pattern: `^unlimited$|${json["pattern"]}`,
    patternErrorMessage: `${json["patternErrorMessage"]}; -1 or unlimited for no limit`,
    completions: ["unlimited"],
  };
}

const QUOTA_MAX = 2 ** 31 - 1;

/** One of a closed list of texts. */
export function choice<const T extends string>(about: About, of: readonly T[]): z.ZodType<T> {
  const words = of.map((one) => `\`${one}\``).join(", ");
  return field({ words, ...about }, { type: "string", enum: of }, (value) => {
    const found = of.find((one) => one === value);
    if (found !== undefined) return found;
    const near = typeof value === "string" ? nearest(value, of) : undefined;
    const help = `${near === undefined ? "" : `did you mean ${near}? `}${near === undefined ? "possible" : "Possible"} here: ${of.join(", ")}`;
    return new Fault(`${show(value)} is not possible here`, help, "choice");
  });
}

/** A list in which no value stands twice, of so many entries at least. */
export function list<T>(about: About, of: z.ZodType<T>, least = 0): z.ZodType<T[]> {
  const json = least > 0 ? { uniqueItems: true, minItems: least } : { uniqueItems: true };
  return z
    .array(of)
    .min(least)
    .superRefine((items, context) => {
      // Hardly any list has a value twice, and most are of texts.
      const isPlain = items.every((item) => typeof item !== "object");
      if (items.length < 2 || (isPlain && new Set(items).size === items.length)) return;
      const seen = new Map<string, number>();
      for (const [index, item] of items.entries()) {
        const shown = JSON.stringify(item);
        const first = seen.get(shown);
        if (first === undefined) {
          seen.set(shown, index);
          continue;
        }
        const message = `${typeof item === "object" ? "the entry" : shown} stands twice in this list`;
        const help = `it is entry ${first + 1} already; remove one of the two`;
        refuse(context, new Fault(message, help, "duplicate"), [index]);
      }
    })
    .meta({ ...about, json });
}

/** A map from free keys to values of one type. */
export function map<T>(about: About, of: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z
    .record(z.string(), of)
    .superRefine((entries, context) => {
      for (const entry of Object.keys(entries)) {
        if (!FORBIDDEN_KEYS.has(entry)) continue;
        const help = "choose another key: this one is a trap for programs";
        refuse(context, new Fault(`the key \`${entry}\` is refused`, help, "key"), [entry]);
      }
    })
    .meta({ ...about, json: { propertyNames: { not: { enum: [...FORBIDDEN_KEYS] } } } });
}

/** Keys that have a meaning for JavaScript objects. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A map of texts: extra specs, labels, data. Numbers and truth values must be quoted. */
export function texts(about: About, max = 65535): z.ZodType<Record<string, string>> {
  return map(about, text({ description: "The value, a text: quote numbers and truth values." }, max));
}

/** The name of a secret: a Terraform variable, given as `TF_VAR_<name>`. */
export function secretName(about: About): z.ZodType<string> {
  const reserved = [...RESERVED_VARIABLES].join("|");
  const pattern = SECRET_NAME.source.replace("^", `^(?!(${reserved})$)`);
  return field({ words: "name of a secret", ...about }, { type: "string", pattern }, (value) =>
    typeof value === "string" && SECRET_NAME.test(value) && !RESERVED_VARIABLES.has(value)
      ? value
      : // The refused value may be the secret itself: it is never repeated.
        new Fault(
          "this is no name of a secret",
          "write the name of a Terraform variable: letters, digits and `_`, not beginning with a digit, none of the reserved words (source, version, count …)",
          "secret",
        ),
  );
}

const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that Terraform does not take for variables (language/values/variables). */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "source",
  "version",
  "providers",
  "count",
  "for_each",
  "lifecycle",
  "depends_on",
  "locals",
]);

/** `{secret: <name>}`: a value that stands in no file. */
export function secret(about: About): z.ZodType<{ secret: string }> {
  const of = z.strictObject({ secret: secretName({ description: "The name of the secret." }) });
  const help = "write {secret: <name>}; the value is given as TF_VAR_<name>";
  return withheld(about, of, help, (value) => isMap(value) && Object.hasOwn(value, "secret"));
}

/** A map in whose place a secret itself might stand: what is refused there is never repeated. */
export function withheld<T>(
  about: About,
  of: z.ZodType<T>,
  help: string,
  fits: (value: unknown) => boolean = isMap,
): z.ZodType<T> {
  return field<unknown>(about, { type: "object" }, (value) =>
    fits(value) ? value : new Fault("the value of a secret never stands in a file", help, "secret"),
  )
    .pipe(of)
    .meta({ ...about });
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A URL without user information. */
export function url(about: About, schemes: readonly string[] = ["http", "https"]): z.ZodType<string> {
  return field({ words: "URL", ...about }, { type: "string", pattern: urlPattern(schemes) }, (value) => {
    const help = `write a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`;
    if (typeof value !== "string") return new Fault(`${show(value)} is no URL`, help);
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    // What may hold a password is not repeated, and its line is not shown.
    if (!parsed) return new Fault("this is no URL", help, value.includes("@") ? "secret" : "type");
    if (parsed.username !== "" || parsed.password !== "") {
      return new Fault(
        "the URL holds user information",
        "name the user and the secret in fields of their own",
        "secret",
      );
    }
    if (!schemes.includes(parsed.protocol.slice(0, -1)))
      return new Fault(`the URL begins with ${parsed.protocol}//`, help);
    return value;
  });
}

/** Its scheme, in capitals too, and no user information; of one with control characters, which are dropped, nothing is said. */
function urlPattern(schemes: readonly string[]): string {
  const letters = (scheme: string) =>
    scheme.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
  const user = "\\w+://[@:\\s]*[^/?#\\\\@:\\s][^/?#\\\\]*@";
  return `[\\u0000-\\u001f]|^ *(?!${user})(${schemes.map(letters).join("|")}):`;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day, `YYYY-MM-DD`, plain or quoted. */
export function day(about: About): z.ZodType<string> {
  const json = {
    type: "string",
    pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
    patternErrorMessage: "write a day as YYYY-MM-DD, such as 2031-06-30",
  };
  return field({ words: "day, `YYYY-MM-DD`", ...about }, json, (value) => {
    const help = "write a day of the calendar as YYYY-MM-DD, such as 2031-06-30";
    if (typeof value !== "string" || !DAY.test(value))
      return new Fault(`${show(value)} is no day`, help, "date");
    return isDay(value) ? value : new Fault(`the calendar has no ${value}`, help, "date");
  });
}

/** Is it a day of the calendar, `YYYY-MM-DD`? */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return DAY.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const MAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** A mail address. */
export function mail(about: About): z.ZodType<string> {
  const json = { type: "string", pattern: MAIL.source, patternErrorMessage: "write a mail address" };
  return field({ words: "mail address", ...about }, json, (value) =>
    typeof value === "string" && MAIL.test(value)
      ? value
      : new Fault(`${show(value)} is no mail address`, "write one such as cloud@example.org", "contact"),
  );
}
