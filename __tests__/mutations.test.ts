/**
 * Good sites with one random change: whatever a hand may slip into, the answer is problems at places that exist, never a
 * crash; and no unknown key is ever taken in silence.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { array, assert, constantFrom, nat, oneof, property, record, string } from "fast-check";
import type { Edits } from "../catalog/files";
import { load } from "../catalog/load";
import type { Problem } from "../catalog/problem";
import { kinds } from "../kinds/kinds";
import { AS_OF } from "./case";
import { SITE } from "./corpus";

const HOME = join(__dirname, "..");

/** The texts of a site's files, by their paths from the root. */
function filesOf(root: string): [string, string][] {
  return ["environments", "entities"].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".yaml"))
      .sort()
      .map((file): [string, string] => [`${top}/${file}`, readFileSync(join(root, top, file), "utf8")]),
  );
}

const site = filesOf(SITE);

/** `MUTATIONS=10 npm test` looks ten times as far; then each line of the site is tried. */
const DEPTH = Number(process.env["MUTATIONS"] ?? 1);

/** Some of many, or all of them where it is looked far. */
function some<T>(all: readonly T[]): T[] {
  return all.filter((_, index) => DEPTH > 1 || index % 5 === 0);
}

const problemsOf = (edits: Edits, root = SITE) =>
  load({ root, environments: [], asOf: AS_OF, kinds, edits }).problems;

/** What a hand, an editor or a bad merge makes of a text. */
type Slip = (text: string, at: number, drop: string) => string;

const VALUES = [
  ...[
    "",
    "~",
    "[]",
    "{}",
    "[[]]",
    "-1",
    "0",
    "1.5",
    "1e999",
    "007",
    "0x10",
    "true",
    "yes",
    "'",
    '"',
    "a: b",
    "- a",
  ],
  ...[
    "2030-02-30",
    "30 GB",
    "99999999999999999999",
    "*x",
    "&x y",
    "!!int x",
    "! x",
    "|",
    ">",
    "%x",
    "@x",
    "`x`",
  ],
  ...[
    "${x}",
    "%{x}",
    "${TfToken[TOKEN.0]}",
    "a/b",
    "../../etc/passwd",
    "\u0000",
    "\ud800",
    "ů",
    "日",
    "x".repeat(300),
  ],
  ...[
    "{a: {b: {c: d}}}",
    "{<<: {a: b}}",
    "{__proto__: 1}",
    "[a, a]",
    "constructor",
    "toString",
    "null",
    "? x",
  ],
];

function lines(text: string, change: (lines: string[], at: number) => void): Slip {
  return (_text, at) => {
    const all = text.split("\n");
    change(all, at % all.length);
    return all.join("\n");
  };
}

const SLIPS: Readonly<Record<string, Slip>> = {
  "a line is lost": (text, at) => lines(text, (all, n) => all.splice(n, 1))(text, at, ""),
  "a line stands twice": (text, at) => lines(text, (all, n) => all.splice(n, 0, all[n] ?? ""))(text, at, ""),
  "two lines are swapped": (text, at) =>
    lines(text, (all, n) => all.splice(n, 2, ...all.slice(n, n + 2).reverse()))(text, at, ""),
  "a line is moved in": (text, at) => lines(text, (all, n) => all.splice(n, 1, `  ${all[n]}`))(text, at, ""),
  "a line is moved out": (text, at) =>
    lines(text, (all, n) => all.splice(n, 1, (all[n] ?? "").replace(/^ {1,2}/, "")))(text, at, ""),
  "a tab": (text, at) => lines(text, (all, n) => all.splice(n, 1, `\t${all[n]}`))(text, at, ""),
  "a character is lost": (text, at) =>
    text.slice(0, at % (text.length + 1)) + text.slice((at % (text.length + 1)) + 1),
  "a text is put in": (text, at, drop) =>
    text.slice(0, at % (text.length + 1)) + drop + text.slice(at % (text.length + 1)),
  "the end is lost": (text, at) => text.slice(0, at % (text.length + 1)),
  "a value is another": (text, at, drop) => {
    const values = [...text.matchAll(/(?<=: )[^\s{[|>][^,}\]\n]*/g)];
    const value = values[at % Math.max(values.length, 1)];
    return value ? text.slice(0, value.index) + drop + text.slice(value.index + value[0].length) : text;
  },
  "a merge is not done": (text, at) =>
    lines(text, (all, n) => all.splice(n, 0, "<<<<<<< HEAD", all[n] ?? "", "=======", ">>>>>>> other"))(
      text,
      at,
      "",
    ),
  "a byte order mark and the line ends of Windows": (text) => `\ufeff${text.replaceAll("\n", "\r\n")}`,
};

const change = record({
  file: nat({ max: site.length - 1 }),
  slip: constantFrom(...Object.keys(SLIPS)),
  at: nat(),
  drop: oneof(constantFrom(...VALUES), string({ maxLength: 8 })),
});

/** Problems that a person cannot use: no words, or a place that is not there. */
function useless(problems: readonly Problem[], edits: Edits): Problem[] {
  const texts = new Map([...site, ...edits]);
  return problems.filter(({ file, line, column, message, help }) => {
    if (message === "" || help === "" || /undefined|\[object|NaN/.test(message + help)) return true;
    const text = texts.get(file);
    if (text === undefined) return !(line === 1 && column === 1);
    const all = text.split("\n");
    return line < 1 || line > all.length || column < 1 || column > (all[line - 1]?.length ?? 0) + 1;
  });
}

test("a slip of the hand gives problems at places that are there", () => {
  assert(
    property(array(change, { minLength: 1, maxLength: 2 }), (changes) => {
      const edits = new Map<string, string>();
      for (const { file, slip, at, drop } of changes) {
        const [name = "", text = ""] = site[file] ?? [];
        edits.set(name, SLIPS[slip]?.(edits.get(name) ?? text, at, drop) ?? text);
      }
      expect(useless(problemsOf(edits), edits)).toEqual([]);
    }),
    { numRuns: 80 * DEPTH },
  );
});

/** Maps that take any key. */
const FREE =
  /^(extra_specs|labels|annotations|data|values|values-from|secrets|properties|addresses|accept|specs|extra|volume_type_quota)$/;

/** Every line that begins a key of a map in block style, with the key that the map stands behind. */
function keysOf(text: string): { line: number; indent: string; parent: string }[] {
  const trail: { depth: number; key: string }[] = [];
  return text.split("\n").flatMap((content, line) => {
    const [, indent = "", key = ""] = /^( *)"?([\w.:-]+)"?:(?: |$)/.exec(content) ?? [];
    if (key === "") return [];
    while ((trail.at(-1)?.depth ?? -1) >= indent.length) trail.pop();
    const parent = trail.map((one) => one.key).find((one) => FREE.test(one)) ?? trail.at(-1)?.key ?? "";
    trail.push({ depth: indent.length, key });
    return [{ line, indent, parent }];
  });
}

const places = site
  .filter(([file]) => !file.includes("/keystone/"))
  .flatMap(([file, text]) => keysOf(text).map((place) => ({ ...place, file, text })))
  .filter(
    ({ parent, file, text }) =>
      !FREE.test(parent) && !(parent === "metadata" && /^aggregate/.test(text) && file !== ""),
  );

test("no unknown key is taken in silence, wherever it stands", () => {
  expect(places.length).toBeGreaterThan(100);
  for (const { file, text, line, indent } of some(places)) {
    const all = text.split("\n");
    all.splice(line, 0, `${indent}zzz-nothing: 1`);
    const found = problemsOf(new Map([[file, all.join("\n")]]));
    expect({ file, line, codes: found.map(({ code, line: at }) => `${at} ${code}`) }).toEqual({
      file,
      line,
      codes: [`${line + 1} unknown-key`],
    });
  }
});

test("a word that every object knows is a word like any other", () => {
  const words = site.flatMap(([file, text]) =>
    [...text.matchAll(/[A-Za-z_][\w./-]*|\d+/g)].map((match) => ({ file, text, match })),
  );
  for (const { file, text, match } of some(words)) {
    const word = match.index % 2 === 0 ? "toString" : "constructor";
    const edited = text.slice(0, match.index) + word + text.slice(match.index + match[0].length);
    const edits = new Map([[file, edited]]);
    expect(useless(problemsOf(edits), edits)).toEqual([]);
  }
});

test("a file of any bytes is a problem or none, never a crash", () => {
  assert(
    property(nat({ max: site.length - 1 }), string({ unit: "binary" }), (file, bytes) => {
      const edits = new Map([[site[file]?.[0] ?? "", bytes]]);
      expect(useless(problemsOf(edits), edits)).toEqual([]);
    }),
    { numRuns: 40 * DEPTH },
  );
});

test("a file that is lost, or lies elsewhere, gives problems at places that are there", () => {
  for (const [file, text] of some(site)) {
    for (const edits of [
      new Map([[file, undefined]]),
      new Map([[file.replace(/[^/]+$/, "other-name.yaml"), text]]),
      new Map([[file.replace(/(openstack|kubernetes)\/[^/]+/, "openstack/networks"), text]]),
      new Map([[file.replace(/\.yaml$/, ".yml"), text]]),
    ]) {
      expect(useless(problemsOf(edits), edits as Edits)).toEqual([]);
    }
  }
});

test("the examples of the project take slips as well", () => {
  const examples = filesOf(HOME);
  assert(
    property(
      nat({ max: examples.length - 1 }),
      constantFrom(...Object.keys(SLIPS)),
      nat(),
      (file, slip, at) => {
        const [name = "", text = ""] = examples[file] ?? [];
        problemsOf(new Map([[name, SLIPS[slip]?.(text, at, "x: y") ?? text]]), HOME);
      },
    ),
    { numRuns: 3 * DEPTH },
  );
});

/** Lost lines whose loss is several mistakes for who reads the rest. */
const SEVERAL = new Set([
  // Several others name these.
  "      domains: [Default, service]",
  "      roles: [admin, member, reader, load-balancer_member]",
  // Two layers are lost at once, and a quota names a volume type of one.
  "  layers: [common, gpu]",
  // A floating address, a gateway and an ACL want it.
  "  external: true",
  // What is left of an aggregate looks like an entity's metadata.
  "aggregate:",
]);

test("a lost line is one mistake and one problem", () => {
  for (const [file, text] of site) {
    const all = text.split("\n");
    for (const [at, line] of some([...all.entries()])) {
      if (SEVERAL.has(line)) continue;
      const found = problemsOf(new Map([[file, all.filter((_, index) => index !== at).join("\n")]]));
      const told = found.length <= 1 ? "at most one" : found.map(({ message }) => message);
      expect({ file, line, told }).toEqual({ file, line, told: "at most one" });
    }
  }
});
