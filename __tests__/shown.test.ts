/** What `explain`, `show` and `list` print: cases with parts `$ <words of the command line>`. */
import { readFileSync, writeFileSync } from "node:fs";
import { casesIn, withSite } from "./case";
import { called } from "./command-line";

describe.each(casesIn("shown"))("$title", ({ file, parts }) => {
  test.each([...parts].filter(([part]) => part.startsWith("$ ")))("%s", async (part, expected) => {
    const { code, out, err } = await withSite(parts, (root) =>
      called([...part.slice(2).split(" "), "--root", root]),
    );
    const found = [
      out,
      ...(err === "" ? [] : [`stderr:\n${err}`]),
      ...(code === 0 ? [] : [`exit ${code}\n`]),
    ];
    // `UPDATE=1 npm test` writes what was found; the diff is then read by a person.
    if (process.env["UPDATE"]) update(file, part, found.join(""));
    else expect(found.join("").trimEnd()).toBe(expected.trimEnd());
  });
});

function update(file: string, part: string, found: string): void {
  const text = readFileSync(file, "utf8");
  const begins = text.indexOf(`-- ${part} --\n`) + part.length + 7;
  const ends = text.indexOf("\n-- ", begins - 1);
  writeFileSync(file, `${text.slice(0, begins)}${found.trimEnd()}\n${ends < 0 ? "" : text.slice(ends + 1)}`);
}
