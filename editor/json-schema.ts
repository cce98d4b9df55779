/** Shapes as JSON Schema (draft-07), with what yaml-language-server shows and offers besides. */
import { isJson, type Json, type Shape } from "./shape";
import { fallbackWords, typeWords } from "./words";

/** How a schema is meant. */
export interface Style {
  /** It is for files of layers: they may lack anything, and `null` removes what an earlier layer has. */
  readonly isPatch: boolean;
  /** The keys that a site has, by kind: they are offered, never demanded. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** The JSON Schema of a shape. */
export function jsonOf(shape: Shape, style: Style): Json {
  const said = { ...bodyOf(shape, style), ...aboutOf(shape, style) };
  return offering(said, offersOf(shape, style));
}

function bodyOf(shape: Shape, style: Style): Json {
  switch (shape.type) {
    case "block": {
      const fields = [...shape.fields];
      const required = fields.filter(([, field]) => field.required).map(([key]) => key);
      return {
        type: "object",
        properties: Object.fromEntries(fields.map(([key, field]) => [key, propertyOf(field, style)])),
        ...(required.length > 0 && !style.isPatch ? { required } : {}),
        additionalProperties: false,
      };
    }
    case "list":
      return { type: "array", items: jsonOf(shape.of, style), ...shape.json };
    case "map":
      return { type: "object", additionalProperties: propertyOf(shape.of, style), ...shape.json };
    case "value":
      return withNames(shape.json, style);
  }
}

/** What stands at a key. In a layer `null` removes it; within lists, which are replaced whole, it means nothing. */
function propertyOf(shape: Shape, style: Style): Json {
  const json = jsonOf(shape, style);
  return style.isPatch ? orNull(json) : json;
}

/** The same, or `null`. */
export function orNull(json: Json): Json {
  const { type } = json;
  const names = Array.isArray(json["enum"]) ? { enum: [...json["enum"], null] } : {};
  if (type === undefined && Array.isArray(json["enum"])) return { ...json, ...names };
  if (typeof type === "string" || Array.isArray(type))
    return { ...json, type: [type, "null"].flat(), ...names };
  const choice = ["anyOf", "oneOf"].find((one) => Array.isArray(json[one]));
  if (choice !== undefined) return { ...json, [choice]: [json[choice], { type: "null" }].flat() };
  return { anyOf: [json, { type: "null" }] };
}

function aboutOf(shape: Shape, { isPatch }: Style): Json {
  const { about, fallback } = shape;
  const words = fallbackWords(shape);
  const type = shape.type === "block" ? undefined : `${capital(typeWords(shape, (kind) => kind))}.`;
  const more = [type, words && `Default: \`${words}\`.`].filter((one) => one !== undefined);
  return {
    ...(about.description === undefined ? {} : { description: about.description }),
    ...(more.length === 0 ? {} : { markdownDescription: [about.description, more.join(" ")].join("\n\n") }),
    ...(about.examples === undefined ? {} : { examples: about.examples }),
    // What a layer lacks is not the default, but what an earlier one has.
    ...(words === undefined || isPatch ? {} : { default: fallback }),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What an editor offers for a value that may be something else too. */
function offersOf(shape: Shape, { names }: Style): readonly unknown[] {
  const { completions } = shape.json;
  const own = shape.type === "value" && Array.isArray(completions) ? completions : [];
  return [...own, ...(shape.about.of === undefined ? [] : keysFor(shape.about.of, shape.json, names))];
}

function offering(json: Json, offers: readonly unknown[]): Json {
  if (offers.length === 0) return json;
  return { ...json, defaultSnippets: offers.map((value) => ({ label: value, body: value })) };
}

/** The fragments of JSON Schema that a field brings along; those that name a kind offer its keys. */
function withNames(json: Json, style: Style): Json {
  const entries = Object.entries(json).flatMap(([keyword, value]): [string, unknown][] => {
    if (keyword === "of" || keyword === "completions") return [];
    if (Array.isArray(value))
      return [[keyword, value.map((one) => (isJson(one) ? withNames(one, style) : one))]];
    return [[keyword, isJson(value) ? withNames(value, style) : value]];
  });
  const of = json["of"];
  const offers = typeof of === "string" ? keysFor(of, json, style.names) : [];
  return offering(Object.fromEntries(entries), offers);
}

/** The keys of a kind as a field writes them: a field that holds plain names takes the last part. */
function keysFor(kind: string, { pattern }: Json, names: Style["names"]): string[] {
  const fits = new RegExp(typeof pattern === "string" ? pattern : "");
  const keys = (names.get(kind) ?? []).map((key) => (fits.test(key) ? key : (key.split("/").at(-1) ?? key)));
  return [...new Set(keys)];
}
