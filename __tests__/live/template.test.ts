/** Data written as a template reads back as that data; expressions read as what they are. */
import fc from "fast-check";
import { inert, piecesOf } from "../../constructs/template";

const nasty = fc.array(
  fc.constantFrom("$", "%", "{", "}", '"', "\\", "{TfToken[", "#", "&", "-8.1e", "+298", "a", "é", "\n"),
  { maxLength: 12 },
);

test("whatever the data", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        nasty.map((parts) => parts.join("")),
        fc.string(),
      ),
      (data) => {
        expect(piecesOf(inert(data))).toEqual([{ data }]);
      },
    ),
  );
});

test("a dollar before cdktf's mark does not join what replaces the mark", () => {
  expect(inert("$#{TfToken[")).toBe('${"$#"}{TfToken[');
});

test.each([
  ["${a.b.id}", [{ expression: "a.b.id" }]],
  ["/projects/${a.b.id}", [{ data: "/projects/" }, { expression: "a.b.id" }]],
  ['${yamlencode({ "}" = var.x })}!', [{ expression: 'yamlencode({ "}" = var.x })' }, { data: "!" }]],
  ["", [{ data: "" }]],
  ["$${a} 100%%{", [{ data: "${a} 100%{" }]],
])("%s", (template, pieces) => {
  expect(piecesOf(template)).toEqual(pieces);
});
