// The catalog of a data root, as the commands read it.
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "../bin/build.mjs";

/** The catalog of one environment; throws with its problems if it has errors. */
export function catalogOf(root, environment) {
  const require = createRequire(join(build(), "package.json"));
  const { load } = require("./catalog/load.js");
  const { kinds } = require("./kinds/kinds.js");
  const { catalogs, problems } = load({ root, environments: [environment], asOf: "2026-11-21", kinds });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(errors.map(({ file, line, message }) => `${file}:${line}: ${message}`).join("\n"));
  return catalogs[0];
}

/** The specs of a kind in a catalog, by key. */
export function specsOf(catalog, kind) {
  const found = catalog.kinds.find(({ name }) => name === kind);
  return new Map([...catalog.all(found)].map(([key, { spec }]) => [key, spec]));
}
