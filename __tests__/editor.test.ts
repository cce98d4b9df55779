/** What an editor makes of the schemas: the real yaml-language-server completes, explains and finds fault. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../commands/main";
import { modeline } from "../editor/wiring";
import { casesIn, loadSite, withSite } from "./case";
import { LanguageServer } from "./language-server";
import { wiredFiles } from "./wired";

// A server starts as fast as the machine lets it; nothing here is about time.
jest.setTimeout(600_000);

const home = join(__dirname, "..");

const FLAVORS = "environments/dev/openstack/flavors";
const PROJECTS = "environments/dev/openstack/projects-quotas-acls/einfra_cz";

type Schemas = Readonly<Record<string, readonly string[]>>;

/** The wiring of a data root, with schemas that lie where it says. */
function wiringOf(root: string): Schemas {
  return JSON.parse(readFileSync(join(root, ".vscode/settings.json"), "utf8"))["yaml.schemas"];
}

describe("with the schemas of the repository", () => {
  let server: LanguageServer;

  beforeAll(async () => {
    server = await LanguageServer.start(home, wiringOf(home));
  });

  afterAll(() => server.stop());

  const labels = async (file: string, marked: string) =>
    (await server.complete(join(home, file), marked)).map(({ label }) => label);

  const messages = async (file: string, text: string) =>
    (await server.open(join(home, file), text)).map(
      ({ range, message }) => `${range.start.line + 1}: ${message}`,
    );

  test("an empty file is offered the keys of its kind", async () => {
    expect(await labels(`${PROJECTS}/a.yaml`, "|")).toEqual(
      expect.arrayContaining(["project", "quota", "acls", "metadata"]),
    );
    const [first] = await server.complete(join(home, `${PROJECTS}/b.yaml`), "projec|");
    expect(first?.insertText).toContain("project:\n  name:");
  });

  test("a block is offered its fields, and those of other kinds are not", async () => {
    const offered = await labels(`${FLAVORS}/a.yaml`, "flavor:\n  |");
    expect(offered).toEqual(expect.arrayContaining(["name", "class", "vcpus", "ram", "limits"]));
    expect(offered).not.toContain("quota");
  });

  test("a value is offered what it may be", async () => {
    expect(await labels(`${FLAVORS}/b.yaml`, "flavor:\n  is_public: |\n")).toEqual(["true", "false"]);
    expect(await labels(`${PROJECTS}/c.yaml`, "quota:\n  cores: |\n")).toEqual(["unlimited"]);
    const type = "environments/dev/openstack/networks/a.yaml";
    expect(await labels(type, "network:\n  segments:\n    - network_type: |\n")).toContain("vlan");
    const site = "environments/dev/environment.yaml";
    expect(await labels(site, "environment:\n  state:\n    backend: |\n")).toEqual([
      "local",
      "http",
      "s3",
      "pg",
    ]);
    expect(await labels(site, "environment:\n  state:\n    backend: http\n    |\n")).toContain(
      "lock_address",
    );
  });

  test("resting on a field tells what it means, its unit, its default", async () => {
    const ram = await server.hover(join(home, `${FLAVORS}/c.yaml`), "flavor:\n  |ram: 4 GiB\n");
    expect(ram).toContain("Memory. Base unit MiB.");
    expect(ram).toContain("Quantity in MiB, such as `30 GiB`.");
    const domain = "environments/dev/openstack/domains/a.yaml";
    const enabled = await server.hover(join(home, domain), "domain:\n  |enabled: true\n");
    expect(enabled).toContain("Default: `true`.");
    const quota = await server.hover(join(home, `${PROJECTS}/d.yaml`), "quota:\n  |gigabytes: 500\n");
    expect(quota).toContain("Stock value 1000. Base unit GiB.");
    const contacts = await server.hover(
      join(home, `${PROJECTS}/e.yaml`),
      "metadata:\n  |contacts: [a@example.org]\n",
    );
    expect(contacts).toContain("At least one mail address");
  });

  const SOUND = "metadata: {contacts: [a@example.org]}\nproject:\n  name: a\n  domain: d\n";
  const FLAVOR = "flavor:\n  name: a\n  vcpus: 1\n  disk: 1\n  is_public: true\n";

  test.each([
    ["an unknown key", "unknown-key", PROJECTS, `${SOUND}  tag: [cloud]\n`],
    ["a wrong type", "type", PROJECTS, `${SOUND}  enabled: "yes"\n`],
    ["a text where a list belongs", "type", PROJECTS, `${SOUND}  tags: cloud\n`],
    ["a missing block", "missing", PROJECTS, "metadata: {contacts: [a@example.org]}\nquota: {}\n"],
    ["a missing key", "missing", FLAVORS, FLAVOR],
    ["a misspelled unit", "unit", FLAVORS, `${FLAVOR}  ram: 4 Gib\n`],
    ["a quantity that is none", "unit", FLAVORS, `${FLAVOR}  ram: much\n`],
    ["too little", "range", FLAVORS, `${FLAVOR}  ram: 0\n`],
    ["a value twice", "duplicate", PROJECTS, `${SOUND}  tags: [a, a]\n`],
    ["a date", "date", PROJECTS, `${SOUND.replace("]}", "], removal-date: 2031-6-30}")}`],
  ])("%s is found where `validate` finds it", async (_, code, folder, text) => {
    const parts = new Map([
      ["environments/test/openstack/domains/d.yaml", "domain: {name: d}\n"],
      [`${folder}/a.yaml`.replace("/dev/", "/test/").replace("/einfra_cz/", "/d/"), text],
    ]);
    const { problems } = withSite(parts, loadSite);
    expect(problems.map((problem) => problem.code)).toContain(code);
    const found = await server.open(join(home, folder, "a.yaml"), text);
    const lines = (all: readonly number[]) => [...new Set(all)].sort();
    expect(lines(found.map(({ range }) => range.start.line + 1))).toEqual(
      lines(problems.map(({ line }) => line)),
    );
  });

  test("what would be right is said, where a value is wrong", async () => {
    expect(await messages(`${FLAVORS}/f.yaml`, `${FLAVOR}  ram: 4 Gib\n`)).toEqual([
      expect.stringContaining(
        '6: write a whole number of MiB, or a number, one space and a unit, such as "30 GiB"',
      ),
    ]);
  });

  test("a layer's file may lack anything and remove anything, but not misspell it", async () => {
    const layer = "entities/common/openstack/flavors";
    expect(await messages(`${layer}/a.yaml`, "flavor:\n  ram:\n  limits: null\n")).toEqual([]);
    expect(await messages(`${layer}/b.yaml`, "flavor: null\n")).toEqual([]);
    expect(await messages(`${layer}/c.yaml`, "flavor:\n  rma: 4 GiB\n")).toEqual([
      "2: Property rma is not allowed.",
    ]);
  });

  test("a file's first line demands a complete entity where a layer might give the rest", async () => {
    const file = "environments/prod-ostrava/openstack/flavor-classes/x.yaml";
    expect(await messages(file, "flavor-class: {disk: 1}\n")).toEqual([]);
    const line = modeline(file, "flavor-class");
    expect(line).toBe("# yaml-language-server: $schema=../../../../schemas/flavor-class.schema.json");
    expect(await messages(file.replace("x.", "y."), `${line}\nflavor-class: {disk: 1}\n`)).toEqual([
      '2: Missing property "name".',
    ]);
  });

  test("the older layout of projects is told, not refused", async () => {
    const text =
      "metadata:\n  contacts: [a@example.org]\n  project: {name: a, domain: d}\n  quota: {cores: 1}\n";
    const found = await messages(`${PROJECTS}/g.yaml`, text);
    expect(found.sort()).toEqual([
      "3: an older layout: move `project` up to the top of the file",
      "4: an older layout: move `quota` up to the top of the file",
    ]);
    expect(await labels(`${PROJECTS}/h.yaml`, "metadata:\n  |")).not.toContain("quota");
  });

  test("our own files are without fault", async () => {
    const files = ["environments", "entities"].flatMap((folder) =>
      readdirSync(join(home, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ya?ml$/.test(file))
        .map((file) => join(home, folder, file)),
    );
    // It takes a breath before it looks at a file: all of them are opened at once.
    const found = await Promise.all(
      files.map(async (file) => {
        const diagnostics = await server.open(file, readFileSync(file, "utf8"));
        return diagnostics.map(({ range, message }) => `${file}:${range.start.line + 1}: ${message}`);
      }),
    );
    expect(files.length).toBeGreaterThan(400);
    expect(found.flat()).toEqual([]);
  });

  test("the cases that must pass are without fault", async () => {
    const files = casesIn("cases")
      .filter(({ title }) => !/(^|\/)(err-|codes\/)/.test(title))
      .flatMap(({ title, parts }) =>
        withSite(parts, wiredFiles).map(({ file, schema }) => ({
          file: join("/", title, file),
          text: `# yaml-language-server: $schema=${home}/schemas/${schema}\n${parts.get(file) ?? ""}`,
          isThere: parts.has(file),
        })),
      );
    const found = await Promise.all(
      files
        .filter(({ isThere }) => isThere)
        .map(async ({ file, text }) => {
          const diagnostics = await server.open(file, text);
          const faults = diagnostics.filter(({ severity }) => severity !== 3);
          return faults.map(({ range, message }) => `${file}:${range.start.line}: ${message}`);
        }),
    );
    expect(found.flat()).toEqual([]);
  });
});

describe("with the names of a site", () => {
  let server: LanguageServer | undefined;
  let schemas: string;

  beforeAll(async () => {
    schemas = mkdtempSync(join(tmpdir(), "cloud-entities-schemas-"));
    const streams = { out: () => {}, err: () => {}, colour: false, columns: 80 };
    const line = ["schema", "--names", "--root", home, "--output", schemas];
    expect(await run(line, { variables: {}, cwd: home, now: new Date("2026-11-21"), streams })).toBe(0);
    const there = Object.entries(wiringOf(home)).map(([file, globs]) => [
      file.replace(/^\.\/schemas/, schemas),
      globs,
    ]);
    server = await LanguageServer.start(home, Object.fromEntries(there));
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(schemas, { recursive: true, force: true });
  });

  test.each([
    ["a flavor", "acls:\n  flavors:\n    - |\n", "c2.16core-30ram"],
    ["a flavor's class", "acls:\n  flavors:\n    - class: |\n", "c2"],
    ["a network", "acls:\n  networks:\n    access_as_external: [|]\n", "external-ipv4-general-public"],
    ["a quota class", "quota:\n  class: |\n", "research"],
    ["a domain", "project:\n  domain: |\n", "einfra_cz"],
    ["a parent, without its domain", "project:\n  parent: |\n", "group-projects"],
    ["a role that is only read", "acls:\n  user-role-mappings:\n    - local-roles: [|]\n", "reader"],
  ])("%s is offered by name", async (_, marked, name) => {
    const offered = await server?.complete(join(home, PROJECTS, "a.yaml"), marked);
    expect(offered?.map(({ label }) => label)).toContain(name);
  });

  test("a name that is not there yet is no fault, and resting on one shows no list of them", async () => {
    const file = join(home, FLAVORS, "a.yaml");
    expect(await server?.open(file, "flavor: {name: a, class: new, vcpus: 1, ram: 1}\n")).toEqual([]);
    const shown = await server?.hover(join(home, FLAVORS, "b.yaml"), "flavor:\n  |class: c2\n");
    expect(shown).toContain("Name of a flavor-class.");
    expect(shown).not.toContain("g2");
  });
});
