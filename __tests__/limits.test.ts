/** Limits that no file of a case could show in a few lines. */
import { loadSite, withSite } from "./case";

const CONFIG_MAP = "environments/test/kubernetes/config-maps/a.yaml";
const NAMESPACE = "environments/test/kubernetes/namespaces/a.yaml";

function messages(file: string, text: string): string[] {
  const site = new Map([[file, text]]);
  return withSite(site, (root) => loadSite(root).problems.map(({ message }) => message));
}

test("a config map holds 1 MiB at most", () => {
  // Half of it twice: a file may have 1 MiB itself.
  const ofSize = (size: number) =>
    messages(
      CONFIG_MAP,
      `config-map: {name: a, namespace: default, data: {a: &a ${"x".repeat(size)}, b: *a, c: "12"}}`,
    );
  expect(ofSize(2 ** 19 - 1)).toEqual([]);
  expect(ofSize(2 ** 19)).toEqual(['the config map "a" holds 1048578 bytes']);
});

test("annotations have 256 KiB at most", () => {
  const ofSize = (size: number) =>
    messages(NAMESPACE, `namespace: {name: a, annotations: {a: "${"x".repeat(size)}"}}`);
  expect(ofSize(262_143)).toEqual([]);
  expect(ofSize(262_144)).toEqual(["`annotations`: the annotations have 262145 bytes together"]);
});
