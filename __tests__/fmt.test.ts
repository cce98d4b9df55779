/** The verb `fmt`: what it changes, what it must never change, and how it writes. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { moveUp } from "../catalog/document";
import { dataOf, type MapNode, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import { run } from "../commands/main";
import { formatted } from "../format/format";
import { kinds } from "../kinds/kinds";
import { casesIn, DEFAULT_ENVIRONMENT } from "./case";

const HOME = join(__dirname, "..");
const project = kinds.find(({ name }) => name === "project");
if (!project) throw new Error("there is no kind project");

function read(text: string): MapNode {
  const root = readYaml(new Source("file.yaml", text));
  if (isFault(root) || root.type !== "map") throw new Error(`not read: ${JSON.stringify(text)}`);
  return root;
}

/** The text of a file of a kind after `fmt`, or the message of why it is left alone. */
function textAfter(text: string, name = "project"): string {
  const kind = kinds.find((one) => one.name === name);
  if (!kind) throw new Error(`there is no kind ${name}`);
  const result = formatted(read(text), { kind, document: kind.document });
  return "text" in result ? result.text : `left alone: ${result.message}`;
}

async function fmt(root: string, ...args: string[]) {
  let [out, err] = ["", ""];
  const streams = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    columns: 80,
  };
  const world = { variables: {}, cwd: root, now: new Date("2026-11-21T12:00:00Z"), streams };
  const code = await run(["fmt", ...args], world);
  return { code, out, err };
}

/** A case holds the parts `before <kind>` and `after`; in the latter nothing, if nothing changes. */
describe.each(casesIn("fmt"))("$title", ({ parts, file }) => {
  const [[name = "", before = ""] = []] = [...parts].filter(([part]) => part.startsWith("before "));
  const kind = name.split(" ")[1] ?? "";

  test("becomes what it should", () => {
    const found = textAfter(before, kind);
    if (process.env["UPDATE"]) {
      const text = readFileSync(file, "utf8").replace(/(^|\n)-- after --\n[\s\S]*$/, "$1");
      writeFileSync(file, `${text}-- after --\n${found}`);
    } else expect(found).toBe(parts.get("after") === "" ? before : parts.get("after"));
  });

  test("and stays so", () => {
    const once = textAfter(before, kind);
    if (!once.startsWith("left alone")) expect(textAfter(once, kind)).toBe(once);
  });
});

describe("whatever people write", () => {
  const KEYS = [
    "name",
    "domain",
    "enabled",
    "tags",
    "quota",
    "acls",
    "project",
    "cores",
    "x",
    '"a: b"',
    "<<x",
  ];
  const SCALARS = [
    "1",
    "0x1F",
    "1.50",
    "2030-06-09",
    "~",
    "",
    "yes",
    "a b",
    "a#b",
    "'it''s # no comment'",
    '"\\u00e9\\t"',
    '"over\n\n      two\n      lines"',
    "plain\n      text",
    "[]",
    "{}",
    "[a, {b: c}]",
    "{a: 1,\n      # in\n      b: [x]}",
  ];
  const BLOCKS = ["|", "|-", "|+", ">", ">-", "|2"];

  /** YAML of a map at a column, laid out by dice. */
  function textOf(
    dice: () => number,
    depth: number,
    column: number,
    state: { count: number; names: string[] },
  ): string {
    const pick = <T>(of: readonly T[]): T => of[dice() % of.length] as T;
    const sometimes = (n: number) => dice() % n === 0;
    const comment = () => `# c${state.count++}`;
    const margin = () => " ".repeat(pick([column, column, column, 0, column + 2]));
    const pad = " ".repeat(column);
    const keys = [...new Set(Array.from({ length: 1 + (dice() % 4) }, () => pick(KEYS)))];
    const scalar = (): string => {
      if (state.names.length > 0 && sometimes(5)) return `*${pick(state.names)} `;
      if (!sometimes(5)) return pick(SCALARS);
      const style = pick(BLOCKS);
      const deep = style === "|2" ? column + 2 : column + 1 + (dice() % 3);
      return `${style}\n${" ".repeat(deep)}text\n${sometimes(2) ? "\n" : ""}${" ".repeat(deep + 1)}# text${sometimes(2) ? "\n" : ""}`;
    };
    const anchor = () => {
      if (!sometimes(6)) return "";
      const name = `n${state.count++}`;
      return `&${name} `;
    };
    const end = (value: string) => {
      const isOpen = /^(&\S+ )?[|>]/.test(value);
      return !isOpen && sometimes(4) ? ` ${" ".repeat(dice() % 3)}${comment()}` : "";
    };
    const above = () =>
      `${sometimes(5) ? "\n".repeat(1 + (dice() % 2)) : ""}${sometimes(4) ? `${margin()}${comment()}\n` : ""}`;
    const lines = keys.map((key) => {
      const head = `${above()}${pad}${key}:`;
      const space = " ".repeat(1 + (dice() % 2));
      const kind = depth > 0 ? dice() % 4 : 0;
      const mark = anchor();
      const remember = () => mark !== "" && state.names.push(mark.trim().slice(1));
      if (kind === 1) {
        const inner = textOf(dice, depth - 1, column + pick([1, 2, 4]), state);
        remember();
        return `${head} ${mark}${end("")}\n${inner}`;
      }
      if (kind === 2) {
        const at = column + pick([0, 2, 3]);
        const items = Array.from({ length: 1 + (dice() % 3) }, () => {
          const lead = sometimes(5) ? `${" ".repeat(at)}${comment()}\n` : "";
          if (depth > 1 && sometimes(3)) {
            const gap = pick([1, 3]);
            const inner = textOf(dice, depth - 1, at + 1 + gap, state).replace(/^(\s*#.*\n|\s*\n)*/, "");
            return `${lead}${" ".repeat(at)}-${" ".repeat(gap)}${inner.trimStart()}`;
          }
          const value = pick(SCALARS.slice(0, 11));
          return `${lead}${" ".repeat(at)}- ${value}${end(value)}\n`;
        });
        remember();
        return `${head} ${mark}\n${items.join("")}`;
      }
      const value = `${mark}${scalar()}`;
      if (!value.trimStart().startsWith("*") || mark === "") remember();
      const text = mark !== "" && value.includes("*") ? value.slice(mark.length) : value;
      return `${head}${space}${text}${end(text)}\n`;
    });
    return lines.join("") + (sometimes(6) ? `${margin()}${comment()}\n` : "");
  }

  /** Texts that our reader takes. */
  const texts = fc
    .infiniteStream(fc.nat(1000))
    .map((stream) => {
      const dice = () => stream.next().value ?? 0;
      const state = { count: 0, names: [] };
      const blocks = ["metadata", "project", "quota", "x"].filter(() => dice() % 2 === 0);
      return blocks
        .sort(() => (dice() % 2) - 0.5)
        .map((block) => `# c${state.count++}\n${block}:\n${textOf(dice, 3, 2, state)}`)
        .join(dice() % 2 === 0 ? "\n" : "");
    })
    .filter((text) => {
      const root = readYaml(new Source("file.yaml", text));
      return !isFault(root) && root.type === "map";
    });

  const commentsOf = (text: string) => [...text.matchAll(/# c\d+/g)].map(([one]) => one).sort();

  test("keeps its data and its comments, or is left alone; and a second time nothing changes", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = textAfter(text);
        // Only a block that moves away from its anchor or its alias is left alone.
        if (found.startsWith("left alone")) expect(text).toMatch(/\*n\d/);
        if (found.startsWith("left alone")) return;
        expect(dataOf(moveUp(read(found), project).root)).toEqual(dataOf(moveUp(read(text), project).root));
        expect(commentsOf(found)).toEqual(commentsOf(text));
        expect(textAfter(found)).toBe(found);
        expect(textAfter(text.replaceAll("\n", "\r\n"))).toBe(found);
        expect(found).not.toMatch(/^\n|[^\n]$/);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the verb", () => {
  const FLAVOR = "environments/test/openstack/flavors/a.yaml";
  const UGLY = "flavor:\n    vcpus: 1\n    name: a\n";
  const FAIR = "flavor:\n  name: a\n  vcpus: 1\n";

  /** Runs in a site of these files, without the environment that cases have by default. */
  function inSite<T>(files: Record<string, string>, use: (root: string) => Promise<T>): Promise<T> {
    return withSiteAsync(new Map(Object.entries(files)), use);
  }

  test("writes what changes, says it, and is quiet then", () =>
    inSite({ [FLAVOR]: UGLY }, async (root) => {
      chmodSync(join(root, FLAVOR), 0o640);
      const first = await fmt(root);
      expect(first).toEqual({ code: 0, out: `${FLAVOR}: order of \`flavor\`\n1 file changed\n`, err: "" });
      expect(readFileSync(join(root, FLAVOR), "utf8")).toBe(FAIR);
      expect(statSync(join(root, FLAVOR)).mode & 0o777).toBe(0o640);
      expect(readdirSync(dirname(join(root, FLAVOR)))).toEqual(["a.yaml"]);
      expect(await fmt(root)).toEqual({ code: 0, out: "", err: "" });
    }));

  test("--check writes nothing, and ends with 1 if something would change", () =>
    inSite({ [FLAVOR]: UGLY }, async (root) => {
      const first = await fmt(root, "--check");
      expect(first).toMatchObject({ code: 1, out: expect.stringContaining("1 file would change") });
      expect(readFileSync(join(root, FLAVOR), "utf8")).toBe(UGLY);
      await fmt(root);
      expect(await fmt(root, "--check")).toEqual({ code: 0, out: "", err: "" });
    }));

  test("a broken file is a problem and stays as it is, the others go on", () => {
    const broken = "environments/test/openstack/flavors/b.yaml";
    return inSite({ [FLAVOR]: UGLY, [broken]: "flavor:\n  name: b\n name: c\n" }, async (root) => {
      const { code, out, err } = await fmt(root);
      expect([code, out]).toEqual([1, expect.stringContaining(`${FLAVOR}: order`)]);
      expect(err).toMatch(/flavors\/b\.yaml:3:\d+: error: `name:` is not indented/);
      expect(readFileSync(join(root, broken), "utf8")).toBe("flavor:\n  name: b\n name: c\n");
    });
  });

  test("a file that is read-only is a problem, without a trace of the attempt", () =>
    inSite({ [FLAVOR]: UGLY }, async (root) => {
      chmodSync(join(root, FLAVOR), 0o444);
      const { code, out, err } = await fmt(root);
      expect([code, out]).toEqual([1, ""]);
      expect(err).toContain("the file cannot be written (the file is read-only)");
      expect(readdirSync(dirname(join(root, FLAVOR)))).toEqual(["a.yaml"]);
    }));

  test("what validate alone complains of is left to it", () =>
    inSite({ [FLAVOR]: "flavor:\n  name: a\n  colour: red\n" }, async (root) => {
      expect(await fmt(root)).toEqual({ code: 0, out: "", err: "" });
    }));

  test("a byte order mark goes, and line breaks are those of Unix", () =>
    inSite({ [FLAVOR]: `\ufeff${FAIR.replaceAll("\n", "\r\n")}` }, async (root) => {
      expect((await fmt(root)).out).toContain("white space");
      expect(readFileSync(join(root, FLAVOR), "utf8")).toBe(FAIR);
    }));

  test("a text without a line break at its end gets one where it says the same", () =>
    inSite({ [FLAVOR]: "flavor:\n  name: a\n  description: |-\n    x" }, async (root) => {
      await fmt(root);
      expect(readFileSync(join(root, FLAVOR), "utf8")).toBe("flavor:\n  name: a\n  description: |-\n    x\n");
    }));

  test("only the named files, from the folder where one stands", () => {
    const other = "environments/test/openstack/flavors/b.yaml";
    const files = {
      [FLAVOR]: UGLY,
      [other]: UGLY.replace("a\n", "b\n"),
      "entities/x/openstack/roles/r.yaml": "[",
    };
    return inSite(files, async (root) => {
      expect(await fmt(root, FLAVOR)).toMatchObject({ code: 0, err: "" });
      expect(readFileSync(join(root, other), "utf8")).toBe(files[other]);
      expect(await fmt(root, "flavors/b.yaml")).toMatchObject({
        code: 2,
        err: expect.stringContaining("flavors/b.yaml is no entity file of this site"),
      });
      expect((await fmt(root, "entities/x/openstack/roles/r.yaml")).code).toBe(1);
    });
  });

  test("the environments' own files, layers, and layers that none uses", () => {
    const own = "environments/test/environment.yaml";
    const removals = "environments/test/removals.yaml";
    const [used, unused] = ["entities/used/openstack/roles/a.yaml", "entities/unused/openstack/roles/a.yaml"];
    const files = {
      [own]: "environment:\n    layers: [used]\n    name: test\n    state: {backend: local, path: state}\n",
      [removals]: "removals:\n- key: a\n  kind: role\n",
      [used]: "role:\n    name: a\n",
      [unused]: "role:\n    name: a\n",
    };
    return inSite(files, async (root) => {
      const chosen = await fmt(root, "--environment", "test", "--check");
      expect(chosen.out.split("\n").map((line) => line.split(":")[0])).toEqual([
        own,
        removals,
        used,
        "3 files would change",
        "",
      ]);
      expect((await fmt(root)).out).toContain(unused);
      expect(readFileSync(join(root, removals), "utf8")).toBe("removals:\n  - kind: role\n    key: a\n");
    });
  });

  test("links, and files that belong to a release, are left alone", () => {
    const release = "environments/test/kubernetes/helm-releases/n/a.yaml";
    const values = "environments/test/kubernetes/helm-releases/n/a/values.yaml";
    const files = {
      [FLAVOR]: FAIR,
      [release]: "helm-release:\n  name: a\n  namespace: n\n  values-files: [a/values.yaml]\n",
      [values]: "a:\n    b: 1\n",
      "charts/role.yaml": "role:\n    name: a\n",
    };
    return inSite(files, async (root) => {
      const link = join(root, "environments/test/openstack/roles/a.yaml");
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "charts/role.yaml"), link);
      expect(await fmt(root)).toEqual({ code: 0, out: "", err: "" });
    });
  });

  test("no environments, no root: problems, as for validate", async () => {
    expect(await fmt(join(HOME, "docs"))).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("environments:1:1"),
    });
    expect(await fmt(HOME, "--root", "nowhere")).toMatchObject({
      code: 1,
      err: expect.stringContaining("there is no folder"),
    });
  });

  test.each([
    HOME,
    join(HOME, "docs/examples/mistakes"),
  ])("what this repository holds is canonical: %#", async (root) => {
    expect(await fmt(root, "--check")).toEqual({ code: 0, out: "", err: "" });
  });
});

async function withSiteAsync<T>(
  parts: ReadonlyMap<string, string>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "cloud-entities-"));
  try {
    const own = "environments/test/environment.yaml";
    for (const [name, content] of new Map([[own, DEFAULT_ENVIRONMENT], ...parts])) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
