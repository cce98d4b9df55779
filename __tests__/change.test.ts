/** Edits of files: only what changes is touched, and all of them are written or none. */
import {
  chmodSync,
  existsSync,
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
import { join } from "node:path";
import { Source } from "../catalog/node";
import { readYaml } from "../catalog/yaml";
import type { Addition } from "../change/additions";
import { FileEdit } from "../change/file-edit";
import { scalarText } from "../change/scalars";
import { writeFiles } from "../change/write-files";

function edited(text: string, added: Addition): unknown {
  const source = new Source("f.yaml", text);
  const root = readYaml(source);
  if (!("type" in root) || root.type !== "map") throw new Error("no map");
  const edit = new FileEdit(source, root);
  edit.add(added);
  return edit.apply();
}

const ADDRESS = { metadata: { address: "a" } };

describe("lines that are added", () => {
  test.each([
    ["before the first block", "# x\nf: 1\n", "# x\nmetadata:\n  address: a\nf: 1\n"],
    [
      "in a block",
      "metadata:\n    # who\n    note: x\n",
      "metadata:\n    # who\n    address: a\n    note: x\n",
    ],
    ["in braces", "metadata: { note: x }\n", "metadata: { address: a, note: x }\n"],
    ["in empty braces", "metadata: {}\nf: 1\n", "metadata: {address: a}\nf: 1\n"],
    ["with the ends of lines that the file has", "f: 1\r\ng: 2", "metadata:\r\n  address: a\r\nf: 1\r\ng: 2"],
  ])("%s", (_name, before, after) => {
    expect(edited(before, ADDRESS)).toBe(after);
  });

  test.each([
    ["an alias", "x: &m {note: x}\nmetadata: *m\n"],
    ["nothing", "metadata:\nf: 1\n"],
    ["a list", "metadata: []\n"],
    ["the start of the document", "--- {f: 1, metadata: x}\n"],
  ])("are refused where there is %s", (_name, text) => {
    expect(edited(text, ADDRESS)).toMatchObject({ message: expect.any(String) });
  });
});

test.each([
  ["c2.16core-30ram", "plain", "c2.16core-30ram"],
  ["true", "plain", '"true"'],
  ["12", "plain", '"12"'],
  ["yes", "plain", '"yes"'],
  ["a: b", "plain", '"a: b"'],
  ["- a", "plain", '"- a"'],
  ["a #b", "plain", '"a #b"'],
  ["{a}", "plain", '"{a}"'],
  ["a,b", "plain", '"a,b"'],
  ["", "plain", '""'],
  ["it's", "single", "'it''s'"],
  ['"', "double", '"\\""'],
  ["192.0.2.1", "plain", "192.0.2.1"],
  ["ž", "plain", '"ž"'],
] as const)("%j as a %s scalar is %s, and is read as it was", (value, style, text) => {
  expect(scalarText(value, style)).toBe(text);
  expect(readYaml(new Source("", `[${text}, x]`))).toMatchObject({ items: [{ value }, { value: "x" }] });
});

describe("files are written", () => {
  const root = mkdtempSync(join(tmpdir(), "cloud-entities-write-"));
  const at = (file: string) => join(root, file);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(at("e/x/y/z/old"), { recursive: true });
    writeFileSync(at("e/x/y/z/old/a.yaml"), "\uFEFFa\n");
    writeFileSync(at("e/b.yaml"), "b\n");
    chmodSync(at("e/b.yaml"), 0o600);
  });
  const known = (file: string) =>
    new Map([
      ["e/x/y/z/old/a.yaml", "a\n"],
      ["e/b.yaml", "b\n"],
    ]).get(file);
  const all = () => readdirSync(root, { recursive: true, encoding: "utf8" }).sort();

  test("and moved, and keep their mode; an empty folder goes", () => {
    const edits = new Map([
      ["e/x/y/z/old/a.yaml", undefined],
      ["e/b.yaml", "B\n"],
      ["e/x/y/z/new/a.yaml", "A\n"],
    ]);
    expect(writeFiles(root, edits, known)).toBeUndefined();
    expect([readFileSync(at("e/b.yaml"), "utf8"), statSync(at("e/b.yaml")).mode & 0o777]).toEqual([
      "B\n",
      0o600,
    ]);
    expect(readFileSync(at("e/x/y/z/new/a.yaml"), "utf8")).toBe("A\n");
    expect(existsSync(at("e/x/y/z/old"))).toBe(false);
    expect(all().filter((file) => file.includes(".cloud-entities"))).toEqual([]);
  });

  test.each([
    ["is changed in the meantime", () => writeFileSync(at("e/b.yaml"), "other\n")],
    ["goes in the meantime", () => rmSync(at("e/b.yaml"))],
    ["comes in the meantime", () => writeFileSync(at("e/n.yaml"), "")],
    [
      "is a link",
      () => {
        rmSync(at("e/b.yaml"));
        symlinkSync("x/y/z/old/a.yaml", at("e/b.yaml"));
      },
    ],
    ["has a file where its folder belongs", () => writeFileSync(at("e/deep"), "")],
  ])("or none of them, where one %s", (_name, prepare) => {
    prepare();
    const before = all();
    const edits = new Map([
      ["e/x/y/z/old/a.yaml", undefined],
      ["e/b.yaml", "B\n"],
      ["e/n.yaml", "N\n"],
      ["e/deep/er/m.yaml", "M\n"],
    ]);
    expect(writeFiles(root, edits, known)).toMatchObject({ message: expect.any(String) });
    expect(all()).toEqual(before);
    expect(readFileSync(at("e/x/y/z/old/a.yaml"), "utf8")).toBe("\uFEFFa\n");
  });
});
