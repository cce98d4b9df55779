/** What is not as it was reviewed. */
import { differencesAsLines, differencesOf } from "../review/differences";
import type { EntityChange, Review } from "../review/model";

const change = (key: string, more: Partial<EntityChange> = {}): EntityChange => ({
  ...{ environments: ["one", "two"], kind: "project", key, is: "changed", protected: true },
  values: [{ path: "quota.ram", unit: "MiB", before: { value: 1024 }, after: { value: 2048 } }],
  objects: [],
  notes: [],
  ...more,
});

const review = (...changes: EntityChange[]): Review => ({
  ...{ format: 1, of: "plan", environments: [], changes, drift: [], ignored: 0, gates: [] },
  counts: { create: 0, update: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0 },
});

const lines = (reviewed: Review, now: Review) => differencesAsLines(differencesOf(reviewed, now));

test("the same is the same, wherever its lines stand and however it is folded", () => {
  const place = { file: "a.yaml", line: 1, column: 1 };
  const [value] = change("p").values;
  const apart = ["two", "one"].map((name) =>
    change("p", { environments: [name], values: value ? [{ ...value, place }] : [] }),
  );
  expect(lines(review(change("p")), review(...apart))).toEqual([]);
});

test("new, gone and other, environment by environment", () => {
  const values = [{ path: "quota.ram", unit: "MiB", before: { value: 1024 }, after: { value: 4096 } }];
  const reviewed = review(change("gone", { is: "removed" }), change("other", { environments: ["one"] }));
  const now = review(
    change("fresh", { is: "added", environments: ["two"] }),
    change("other", { environments: ["one"], values }),
  );
  expect(lines(reviewed, now)).toEqual([
    "not reviewed, would happen now:",
    "  + add project fresh (two)",
    "reviewed, would not happen now:",
    "  - remove project gone (one)",
    "  - remove project gone (two)",
    "reviewed, would happen otherwise now:",
    "  ~ change project other (one)",
    "    quota.ram: 1 GiB → 4 GiB; reviewed was: 1 GiB → 2 GiB",
  ]);
});

test("what no value shows, the objects show", () => {
  const object = { address: "a.b", does: "update" } as const;
  const reviewed = review(change("p", { environments: ["one"], objects: [object] }));
  const now = review(change("p", { environments: ["one"], objects: [{ ...object, does: "replace" }] }));
  expect(lines(reviewed, now).slice(2)).toEqual([
    "    replace a.b; that was not reviewed",
    "    reviewed was: update a.b",
  ]);
});
