/** Mistakes of YAML's syntax, each told in plain words where it began. */
import { placeOf, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";

function faultOf(text: string, file = "a.yaml"): string {
  const result = readYaml(new Source(file, text));
  if (!isFault(result)) return "fine";
  const { line, column } = placeOf(result.at);
  return `${line}:${column} ${result.message} = ${result.help}`;
}

test.each([
  ["a:\n\tb: 1\n", "2:1 a tab stands in the indentation"],
  ["flavor:\n  name:x\n  ram: 3\n", "2:3 no space stands after the colon of `name:` = write `name: x`"],
  ["flavor:\n  ram: 3\n  name:x\n", "3:3 no space stands after the colon of `name:` = write `name: x`"],
  ['a: "x\nb: 1\n', '1:4 `"` is opened here and never closed = write `"` where it ends'],
  ["a: 'x\nb: 1\n", "1:4 `'` is opened here and never closed"],
  ["a: 'it's'\n", "1:8 something stands behind the closing quote = write '' for a quote"],
  ['a: "say "hi""\n', '1:10 something stands behind the closing quote = write \\" for a quote'],
  ["a: [x, y\nb: 1\n", "1:4 `[` is opened here and never closed = write `]` where it ends"],
  ["a: {x: 1\nb: 2\n", "1:4 `{` is opened here and never closed"],
  ["x: |\n  don't [\na: [b\n", "3:4 `[` is opened here and never closed"],
  ["a: [x]]\n", "1:7 a `]` too many"],
  ["a: {x: 1 y: 2}\n", "1:11 a comma is missing between two entries"],
  ["a: [x,,y]\n", "1:7 an entry is missing before this comma"],
  ["a:\n  b: 1\n   c: 2\n", "3:4 `c:` is not indented as what stands above it = what belongs together"],
  ["a:\n  b: 1\n c: 2\n", "3:2 `c:` is not indented as what stands above it"],
  ["a:\r\n  b: 1\r\n c: 2\r\n", "3:2 `c:` is not indented as what stands above it"],
  ["a: @x\n", '1:4 a text begins with `@`, which means something else in YAML = quote the text: "@x"'],
  ["a: `x`\n", "1:4 a text begins with a backtick"],
  ["a: %x\n", "1:4 a text begins with `%`"],
  ["a: *\n", "1:4 a text begins with `*`"],
  ["a: b: c\n", '1:5 a colon and a space stand within a text that is not quoted = quote the text: "b: c"'],
  ["a: - b\n", "1:4 a list begins on the line of its key = write `a: [b]`"],
  ["a:\n  b: 1\n  - c\n", "3:3 a list entry stands among keys"],
  ["a: 1\nfoo bar\nb: 2\n", "2:1 this line has no key"],
  ['a: "C:\\dir"\n', "1:7 \\d has no meaning between double quotes"],
  ["a: |x\n", "1:5 a text stands on the line of its `|` or `>`"],
  ["a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "2:1 a merge conflict is left in the file"],
])("%j", (text, expected) => {
  expect(faultOf(text).slice(0, expected.length)).toBe(expected);
});

test("what may be a secret is not repeated", () => {
  for (const text of ["password: hunter2: x\n", "a:\n  password:hunter2\n  b: 1\n", "token: - hunter2\n"])
    expect(faultOf(text)).not.toContain("hunter2");
  expect(faultOf("a: hunter2: x\n", "environments/a/kubernetes/secrets/s.yaml")).not.toContain("hunter2");
});

test("a key that stands twice names the first one", () => {
  const result = readYaml(new Source("a.yaml", "a: 1\nb: 2\na: 3\n"));
  expect(isFault(result) && result.related).toMatchObject({ line: 1, column: 1, message: "the first one" });
});
