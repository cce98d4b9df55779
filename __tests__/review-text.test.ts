/** The print for a terminal. */
import { cells } from "../review/columns";
import { reviewAsText } from "../review/text";
import { valueText } from "../review/words";
import { bigReview, expectPrint, REVIEWS, reviewCalled } from "./reviews";

const plain = (name: string, width = 80) => reviewAsText(reviewCalled(name), { colour: false, width });

test.each(REVIEWS)("%s", (name) => expectPrint(`${name}.txt`, plain(name)));

test.each(REVIEWS)("%s: colours change nothing but the colour", (name) => {
  const coloured = reviewAsText(reviewCalled(name), { colour: true });
  expect(coloured.replace(/\u001b\[[\d;]*m/g, "")).toBe(plain(name));
  expect(coloured).toContain("\u001b[");
});

test.each(REVIEWS)("%s: nothing in it acts on a terminal", (name) => {
  expect(plain(name).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
});

test.each([40, 80, 132])("what is wider than %d columns is a word at the end of a line", (width) => {
  const isVerbatim = (line: string) => !line.startsWith(" ");
  for (const name of REVIEWS)
    for (const line of plain(name, width).split("\n"))
      if (!isVerbatim(line)) expect(cells(line.slice(0, line.lastIndexOf(" ")))).toBeLessThanOrEqual(width);
});

test("what is lost is told before what is not, however much there is", () => {
  const text = reviewAsText(bigReview(400, 2000), { colour: false });
  const at = (key: string) => text.indexOf(key);
  for (let index = 0; index < 400; index++) {
    const name = `remove ${index % 2 ? "flavor" : "project"} einfra_cz/removed-${String(index).padStart(4, "0")}`;
    expect(at(name)).toBeGreaterThan(0);
    expect(at(name)).toBeLessThan(at("Wider access or quota"));
  }
  expect(at("Wider access or quota")).toBeLessThan(at("change project einfra_cz/changed-0000"));
});

test.each([
  ["plain words", "plain words"],
  ["true", '"true"'],
  [true, "true"],
  ["5", '"5"'],
  [5, "5"],
  ["2026.1.4", "2026.1.4"],
  ["10.0.0.0/24", "10.0.0.0/24"],
  ["none", '"none"'],
  ["(secret)", '"(secret)"'],
  ["", '""'],
  [" x", '" x"'],
  ["a\nb", '"a\\nb"'],
  ["a\u202eb", '"a\\u202eb"'],
])("%j is said as %s", (value, text) => expect(valueText(value, { path: "x" })).toBe(text));
