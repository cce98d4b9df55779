/** Terraform names: those of a base are the same whether its parts are joined at once or follow it. And names that are meant. */
import fc from "fast-check";
import { namesAfter, nearest, terraformName } from "../kinds/names";

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

test.each([
  ["traning", "training"],
  ["exteranl-ipv4-genral", "external-ipv4-general"],
  ["c2", "c3"],
  ["external-ipv4-general", "external-ipv4-general-public"],
  ["research/cluods", "research/clouds"],
  ["bio-cryo", "bio-cryoem"],
])("who writes %s means %s", (written, meant) => {
  expect(nearest(written, ["a-name-of-nobody", meant])).toBe(meant);
});

test.each([
  ["research/bio-cryoem", "research/bio-phylogeny"],
  ["ssd", "hdd"],
  ["alice", "bob"],
])("who writes %s does not mean %s", (written, other) => {
  expect(nearest(written, [other])).toBeUndefined();
});
