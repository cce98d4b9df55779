// The cdktf app, compiled first if it is stale (`app` in cdktf.json).
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "./build.mjs";
import { guarded } from "./guard.mjs";
import { prepare } from "./start.mjs";

await guarded(() => {
  prepare();
  createRequire(import.meta.url)(join(build(), "main.js"));
});
