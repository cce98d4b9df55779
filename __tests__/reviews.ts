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
