/** A list of maps of which one changed: only what differs in it is told. */
import { withinItems } from "../review/items";
import type { Json, ValueChange } from "../review/model";

/** What is told of a list, in a few words. */
const told = (removed: Json[], added: Json[]) =>
  withinItems({ path: "list", items: { added, removed }, access: "wider" }).map(
    ({ path, before, after, items, access }: ValueChange) =>
      [path, ...(items ? [items.removed, items.added] : [before, after]), access] as const,
  );

const value = (one: Json) => ({ value: one });

test.each<[string, Json[], Json[], readonly unknown[]]>([
  [
    "of the same name",
    [{ name: "oidc", path: "/a", options: { mode: 1, sync: true } }],
    [{ name: "oidc", path: "/b", options: { mode: 2, sync: true } }],
    [
      ["list[oidc].options.mode", value(1), value(2), "wider"],
      ["list[oidc].path", value("/a"), value("/b"), "wider"],
    ],
  ],
  [
    "a key comes, another goes",
    [{ name: "oidc", readOnly: true }],
    [{ name: "oidc", subPath: "x" }],
    [
      ["list[oidc].readOnly", value(true), undefined, "wider"],
      ["list[oidc].subPath", undefined, value("x"), "wider"],
    ],
  ],
  [
    "without a name, equal for the better part",
    [{ start: "10.0.0.10", end: "10.0.0.20" }],
    [{ start: "10.0.0.10", end: "10.0.0.30" }],
    [["list[10.0.0.10].end", value("10.0.0.20"), value("10.0.0.30"), "wider"]],
  ],
  [
    "of another name",
    [{ name: "a", port: 1 }],
    [{ name: "b", port: 1 }],
    [["list", [{ name: "a", port: 1 }], [{ name: "b", port: 1 }], "wider"]],
  ],
  [
    "unlike",
    [{ start: 1, end: 2 }],
    [{ start: 3, end: 4 }],
    [["list", [{ start: 1, end: 2 }], [{ start: 3, end: 4 }], "wider"]],
  ],
  [
    "a role within one of two rules that both change",
    [
      { local: [{ projects: [{ name: "a", roles: ["r", "s"] }] }], remote: [{ type: "sub", any: ["x"] }] },
      { local: [{ projects: [{ name: "b", roles: ["r", "s"] }] }], remote: [{ type: "mail" }] },
    ],
    [
      {
        local: [{ projects: [{ name: "a", roles: ["r", "s", "admin"] }] }],
        remote: [{ type: "sub", any: ["y"] }],
      },
      { local: [{ projects: [{ name: "b", roles: ["r", "admin", "s"] }] }], remote: [{ type: "mail" }] },
    ],
    [
      ["list[…].local[…].projects[a].roles", [], ["admin"], "wider"],
      ["list[…].remote[sub].any", ["x"], ["y"], "wider"],
      ["list[…].local[…].projects[b].roles", [], ["admin"], "wider"],
    ],
  ],
  ["no maps", ["a"], ["b"], [["list", ["a"], ["b"], "wider"]]],
  [
    "some are alike, some are not",
    [{ name: "a", port: 1 }, "x"],
    [
      { name: "c", port: 3 },
      { name: "a", port: 2 },
    ],
    [
      ["list[a].port", value(1), value(2), "wider"],
      ["list", ["x"], [{ name: "c", port: 3 }], "wider"],
    ],
  ],
  [
    "a list within, and a map within that",
    [
      {
        name: "a",
        env: [
          { name: "X", value: "1" },
          { name: "Y", value: "2" },
        ],
        args: ["p", "q"],
      },
    ],
    [
      {
        name: "a",
        env: [
          { name: "X", value: "9" },
          { name: "Y", value: "2" },
        ],
        args: ["q", "p"],
      },
    ],
    [
      ["list[a].args", value(["p", "q"]), value(["q", "p"]), "wider"],
      ["list[a].env[X].value", value("1"), value("9"), "wider"],
    ],
  ],
  [
    "a name that would break its brackets",
    [{ name: "a]b", port: 1, kind: "k" }],
    [{ name: "a]b", port: 2, kind: "k" }],
    [["list[k].port", value(1), value(2), "wider"]],
  ],
])("%s", (_, removed, added, expected) => {
  expect(told(removed, added)).toEqual(expected);
});
