/** Reviews as data: `__tests__/reviews/*.json`, each with what the prints make of it beside it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EntityChange, type Review, reviewDocument } from "../review/model";

const folder = join(__dirname, "reviews");

export const REVIEWS = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .sort();

export function reviewCalled(name: string): Review {
  return reviewDocument.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));
}

/** Holds a text against the one beside the review; `UPDATE=1 npm test` writes it, and a person reads the diff. */
export function expectPrint(file: string, text: string): void {
  const path = join(folder, file);
  if (process.env["UPDATE"]) writeFileSync(path, text);
  else expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}

/** So many changes of every sort, in three environments. */
export function bigReview(removed: number, changed: number): Review {
  const environments = ["dev", "prod-brno", "prod-ostrava"];
  const change = (index: number, is: EntityChange["is"]): EntityChange => {
    const key = `einfra_cz/${is}-${String(index).padStart(4, "0")}`;
    const file = `environments/prod-brno/openstack/projects-quotas-acls/${key}.yaml`;
    const ram = 1024 * (index + 1);
    return {
      environments: index % 3 === 0 ? environments : ["prod-brno"],
      kind: index % 2 === 0 ? "project" : "flavor",
      key,
      is,
      protected: true,
      place: { file, line: 1, column: 1 },
      values: [
        {
          path: "quota.ram",
          before: { value: ram },
          ...(is === "removed" ? {} : { after: { value: ram * 2 } }),
          unit: "MiB",
          ...(is === "changed" && index % 10 === 0 ? { access: "wider" as const } : {}),
        },
      ],
      objects: [
        {
          address: `openstack_identity_project_v3.${is}_${index}`,
          does: is === "removed" ? "destroy" : "update",
        },
      ],
      notes: is === "removed" ? ["Everything in it must be gone first."] : [],
    };
  };
  const times = (count: number, is: EntityChange["is"]) =>
    Array.from({ length: count }, (_, index) => change(index, is));
  return reviewDocument.parse({
    format: 1,
    of: "plan",
    environments: environments.map((name) => ({
      name,
      stacks: [{ name: `${name}-openstack`, is: "changed" }],
    })),
    digest: `sha256:${"0123456789abcdef".repeat(4)}`,
    counts: { create: 0, update: changed, replace: 0, destroy: removed, import: 0, move: 0, forget: 0 },
    changes: [...times(removed, "removed"), ...times(changed, "changed")],
    drift: [],
    ignored: 0,
    gates: times(removed, "removed").map(({ kind, key, place }) => ({
      code: "removal",
      environment: "prod-brno",
      entity: { kind, key },
      place,
      message: `${kind} "${key}" is protected, and its file is gone`,
      help: "acknowledge the removal, or put the file back",
      add: { file: "environments/prod-brno/removals.yaml", lines: `- kind: ${kind}\n  key: ${key}\n` },
    })),
  });
}

/** A review of everything that there is, in which every text is the next of the given ones. */
export function reviewSaying(texts: readonly string[]): Review {
  let next = 0;
  const say = () => texts[next++ % texts.length] ?? "";
  const place = () => ({ file: say(), line: 1, column: 1 });
  const name = () => ({ kind: say(), key: say() });
  const change = (is: EntityChange["is"], does: EntityChange["objects"][number]["does"]): EntityChange => ({
    environments: [say(), say()],
    kind: say(),
    key: say(),
    is,
    protected: true,
    place: place(),
    values: [
      { path: say(), before: { value: say() }, after: { value: say() }, access: "wider", by: name() },
      { path: say(), before: { value: { [say()]: [say()] } }, place: place(), forces: true, argument: say() },
      { path: say(), items: { added: [say(), say()], removed: [say()] } },
    ],
    objects: [
      { address: say(), does, why: say(), forcedBy: [say()], movedFrom: say() },
      { address: say(), does: "create", deposed: true },
    ],
    notes: [say(), say()],
    touches: [name(), name()],
    keep: { from: say(), place: place(), line: say() },
  });
  return reviewDocument.parse({
    format: 1,
    of: "plan",
    base: say(),
    environments: [
      { name: say(), stacks: [{ name: say(), is: "failed", why: say(), digest: say() }] },
      { name: say(), stacks: [{ name: say(), is: "unchanged" }] },
    ],
    digest: say(),
    counts: { create: 1, update: 0, replace: 0, destroy: 1, import: 0, move: 0, forget: 0 },
    changes: [change("removed", "destroy"), change("added", "create"), change("changed", "update")],
    drift: [change("changed", "update")],
    ignored: 1,
    gates: [
      {
        code: "removal",
        environment: say(),
        entity: name(),
        place: place(),
        message: say(),
        help: say(),
        add: { file: say(), lines: `${say()}\n${say()}` },
      },
    ],
  });
}

/** Texts that would do something, in a terminal, in Markdown, in HTML. */
export const HOSTILE = [
  ..."` `` ``` | \\ \\| < > <b> </details> <script> <!-- --> @octocat @everyone #1 !1 ~x %1 &1 $1 *a* _b_ ~~c~~".split(
    " ",
  ),
  ...":x: [a](b) ](http://a.example ![i](j) http://a.example www.a.example a@b.example GH-1 deadbeef1 {+a+} ${x}".split(
    " ",
  ),
  ...["\n", "\r\n/close\n", "\u202e", "\u2066", "\u200b", "\u001b[31m", "\u0000", "\ud800", "\t", " ", "  "],
  ..."a word 1 1. - # > = --- === | ~~~ ' \" ( ) , . : ; /close &lt; &#64; é 你 \u0301 👩‍💻".split(" "),
];
