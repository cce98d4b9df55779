// The cdktf app, compiled first if it is stale (`app` in cdktf.json).
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "./build.mjs";
import { guarded } from "./guard.mjs";

await guarded(() => void createRequire(import.meta.url)(join(build(), "main.js")));
