/** The verb `schema`: what it prints, what it writes, and what it leaves alone. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../commands/main";
import { modeline, wired } from "../editor/wiring";
import { DEFAULT_ENVIRONMENT } from "./case";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cloud-entities-"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

async function call(...line: string[]) {
  let [out, err] = ["", ""];
  const streams = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    columns: 80,
  };
  const world = { variables: {}, cwd: root, now: new Date("2026-11-21T12:00:00Z"), streams };
  return { code: await run(["schema", ...line], world), out, err };
}

test("of one kind, and of the files beside the kinds, is printed", async () => {
  const { code, out } = await call("flavor");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    title: "flavor",
    required: ["flavor"],
    additionalProperties: false,
  });
  expect(JSON.parse((await call("flavors")).out)).toEqual(JSON.parse(out));
  expect(JSON.parse((await call("environment")).out)).toMatchObject({ title: "environment" });
  expect(JSON.parse((await call("removals")).out)).toMatchObject({ title: "removals" });
  expect(readdirSync(root)).toEqual([]);
});

test.each([
  [["flavour"], "did you mean flavor?"],
  [["flavor", "--output", "x"], "leave out --output"],
  [["flavor", "--vscode"], "leave out --vscode"],
  [["flavor", "router"], 'one word too many: "router"'],
])("%j is wrong use", async (line, message) => {
  expect(await call(...line)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

test("all of them are written, the same bytes again, and files of others stay", async () => {
  write("schemas/mine.json", "{}");
  expect(await call()).toMatchObject({ code: 0, out: expect.stringContaining("51 schemas in schemas\n") });
  const files = readdirSync(join(root, "schemas"));
  expect(files).toEqual(
    expect.arrayContaining(["mine.json", "flavor.schema.json", "flavor.patch.schema.json"]),
  );
  expect(files.length).toBe(52);
  const texts = files.map((file) => read(join("schemas", file)));
  await call("--output", "elsewhere/schemas");
  await call();
  expect(files.map((file) => read(join("schemas", file)))).toEqual(texts);
  expect(read("elsewhere/schemas/flavor.schema.json")).toBe(read("schemas/flavor.schema.json"));
});

test("a place that cannot be written is told", async () => {
  write("schemas", "a file");
  expect(await call()).toMatchObject({ code: 3, out: "", err: expect.stringContaining("cannot be written") });
});

describe("--names", () => {
  test("offers what is declared, only read, or always there, of broken files too", async () => {
    write("environments/test/environment.yaml", DEFAULT_ENVIRONMENT);
    write("environments/test/openstack/domains/d.yaml", "domain: {name: d}\n");
    write("environments/test/openstack/domains/e.yaml", "domain: {name: e, foo: 1}\n");
    const { code, out, err } = await call("project", "--names");
    const { project } = JSON.parse(out).definitions;
    const offered = project.properties.domain.defaultSnippets.map(({ label }: { label: string }) => label);
    expect([code, offered]).toEqual([1, ["Default", "d", "e"]]);
    expect(err).toContain("cloud-entities validate");
    expect((await call("namespace", "--names")).code).toBe(1);
    const release = JSON.parse((await call("config-map", "--names")).out).properties["config-map"];
    expect(JSON.stringify(release.properties.namespace)).toContain("kube-system");
  });

  test("without a site is a problem", async () => {
    expect(await call("--names")).toMatchObject({ code: 1, err: expect.stringContaining("no environments") });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe("--vscode", () => {
  const SETTINGS = ".vscode/settings.json";

  test("wires every kind; where a layer may give the rest, files need not be complete", async () => {
    write(
      "environments/a/environment.yaml",
      DEFAULT_ENVIRONMENT.replace("name: test", "name: a\n  layers: [common]"),
    );
    write("environments/b/environment.yaml", DEFAULT_ENVIRONMENT.replace("name: test", "name: b"));
    write("environments/c/environment.yaml", "broken: [");
    write("entities/common/openstack/flavors/x.yaml", "flavor: {name: x}\n");
    expect((await call("--vscode")).code).toBe(0);
    const schemas = JSON.parse(read(SETTINGS))["yaml.schemas"];
    expect(schemas["./schemas/flavor.schema.json"]).toEqual([
      "environments/*/openstack/flavors/**/*.yaml",
      "environments/*/openstack/flavors/**/*.yml",
      "!environments/a/openstack/flavors/**",
      "!environments/c/openstack/flavors/**",
    ]);
    expect(schemas["./schemas/flavor.patch.schema.json"]).toEqual(
      expect.arrayContaining([
        "entities/*/openstack/flavors/**/*.yaml",
        "environments/a/openstack/flavors/**/*.yml",
      ]),
    );
    expect(schemas["./schemas/role.schema.json"]).toHaveLength(2);
    expect(schemas["./schemas/environment.schema.json"]).toEqual(["environments/*/environment.yaml"]);
  });

  test("leaves whatever else stands in the settings", async () => {
    const theirs = { "editor.rulers": [80], "yaml.schemas": { "./mine.json": "*.mine" }, "z.last": true };
    write(SETTINGS, `${JSON.stringify(theirs, null, "\t")}\n`);
    await call("--vscode");
    const { "yaml.schemas": schemas, ...rest } = JSON.parse(read(SETTINGS));
    expect(rest).toEqual({ "editor.rulers": [80], "z.last": true });
    expect(schemas).toMatchObject({ "./mine.json": "*.mine" });
    expect(read(SETTINGS)).toMatch(/^\{\n\t"editor.rulers"/);
    const once = read(SETTINGS);
    await call("--vscode");
    expect(read(SETTINGS)).toBe(once);
  });

  test.each([
    '{\n  // mine\n  "a": 1\n}\n',
    '{"a": 1,}',
    '{"yaml.schemas": "all"}',
    "[]",
    "",
  ])("leaves settings that are not plain JSON alone, and says what to add: %j", async (theirs) => {
    write(SETTINGS, theirs);
    const { code, out, err } = await call("--vscode");
    expect([code, read(SETTINGS)]).toEqual([1, theirs]);
    expect(err).toContain("add this");
    expect(out).toContain('"./schemas/flavor.schema.json": [');
  });

  test("keeps the settings' indentation, and a key that is a trap", () => {
    expect(wired('{\n    "__proto__": {"a": 1}\n}', {})).toBe(
      '{\n    "__proto__": {\n        "a": 1\n    },\n    "yaml.schemas": {}\n}\n',
    );
    expect(wired(undefined, { a: ["b"] })).toBe(
      '{\n  "yaml.schemas": {\n    "a": [\n      "b"\n    ]\n  }\n}\n',
    );
  });
});

test("the first line of a file names its schema from where the file lies", () => {
  expect(modeline("environments/a/openstack/flavors/sub/x.yaml", "flavor")).toBe(
    "# yaml-language-server: $schema=../../../../../schemas/flavor.schema.json",
  );
  expect(modeline("environments/a/environment.yaml", "environment", "tools/schemas")).toBe(
    "# yaml-language-server: $schema=../../tools/schemas/environment.schema.json",
  );
});
