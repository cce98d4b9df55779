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
