/** Terraform names: those of a base are the same whether its parts are joined at once or follow it. */
import fc from "fast-check";
import { namesAfter, terraformName } from "../kinds/names";

test.each([
  [["einfra_cz", "meta-cloud"], "einfra_cz_meta_cloud"],
  [["1core", "2"], "_1core_2"],
  [["a.b/c d"], "a_b_c_d"],
  [["😀"], "_"],
  [[""], ""],
  [[], ""],
] as const)("%j", (parts, name) => {
  expect(terraformName(...parts)).toBe(name);
});

test("a base and what follows it", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "1", "9a", "-", "_", "ž", "\ud83d"),
  );
  fc.assert(
    fc.property(part, fc.array(part, { maxLength: 3 }), (base, parts) => {
      expect(namesAfter(base)(...parts)).toBe(terraformName(base, ...parts));
    }),
  );
});
