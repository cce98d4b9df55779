/** What is never shown. */
import { veilOf } from "../../terraform/secrets";
import { planJson, SECRET } from "./recorded";

test("a secret of several lines, quoted, or as Kubernetes keeps it", () => {
  const secret = 'first\nsec"ond';
  const veil = veilOf({ TF_VAR_key: secret });
  const base64 = Buffer.from(secret).toString("base64");
  expect(veil(`a ${secret} b ${JSON.stringify(secret)} c ${base64} d`)).toBe('a … b "…" c … d');
});

test("what a plan marks, though no variable of ours holds it", () => {
  expect(veilOf({}, planJson())(`it is ${SECRET}`)).toBe("it is …");
  const change = { before: { a: ["secret-1", "open"] }, before_sensitive: { a: [true, false] } };
  expect(veilOf({}, { resource_changes: [{ change }] })("secret-1 open")).toBe("… open");
});

test("one line of bearable length, without colours", () => {
  expect(veilOf({})(`\u001b[31mx\u001b[0m\n  y\n`)).toBe("x y");
  expect(veilOf({})("x".repeat(5000))).toHaveLength(601);
});

test.each([
  ["postgres://terraform:hunter%402@db:x/states", 'parse "postgres://terraform:…@db:x/states", or …'],
  [
    "host=db user=terraform password=hunter@2 sslmode=disable",
    "host=db user=terraform password=… sslmode=disable, or …",
  ],
  ["host=db password='hunter@2'", "host=db password='…', or …"],
])("the password within %s", (value, shown) => {
  const said = value.startsWith("postgres") ? `parse "${value}"` : value;
  expect(veilOf({ PG_CONN_STR: value })(`${said}, or hunter@2`)).toBe(shown);
});
