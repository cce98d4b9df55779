// Compiles the bindings and the app when their sources are newer than what was compiled.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** What is compiled: sources, the folder that the compiler writes, the project that it reads. */
const PARTS = [
  {
    name: "the OpenStack bindings",
    project: "packages/provider-openstack",
    sources: ["src", "tsconfig.json"],
    output: "lib",
  },
  {
    name: "the REST bindings",
    project: "packages/provider-restapi",
    sources: ["src", "tsconfig.json"],
    output: "lib",
  },
  {
    name: "the app",
    project: ".",
    sources: [
      "main.ts",
      "kinds",
      "catalog",
      "change",
      "constructs",
      "editor",
      "live",
      "format",
      "review",
      "terraform",
      "commands",
      "tsconfig.json",
    ],
    output: "dist",
  },
];

/** A digest of names, sizes and times: cheap, and different after any edit, checkout or deletion. */
function digest(folder, sources) {
  let seen = process.version;
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(`${path}/${name}`);
    else seen += `${path} ${stat.size} ${stat.mtimeMs}\n`;
  };
  for (const source of sources) visit(join(folder, source));
  return createHash("sha256").update(seen).digest("hex");
}

/** Compiles what is stale. Throws a sentence if the compiler refuses. */
export function build() {
  for (const { name, project, sources, output } of PARTS) {
    const folder = join(home, project);
    const target = join(folder, output);
    const stamp = join(target, ".stamp");
    const wanted = digest(folder, sources);
    const isFresh = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
    if (isFresh()) continue;
    if (process.stderr.isTTY) process.stderr.write(`compiling ${name} …\r`);
    // Into a folder of its own, then renamed: another process never sees half of it.
    const fresh = `${target}.${process.pid}`;
    const compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [compiler, "-p", folder, "--outDir", fresh],
      { encoding: "utf8" },
    );
    if (status !== 0) {
      rmSync(fresh, { recursive: true, force: true });
      throw new Error(`${name} did not compile:\n${stdout}${stderr}`);
    }
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, ".stamp"), wanted);
    // Another process was faster and wrote the same: it may be reading it.
    if (isFresh()) rmSync(fresh, { recursive: true, force: true });
    else replace(target, fresh);
    if (process.stderr.isTTY) process.stderr.write("\u001b[K");
  }
  return join(home, "dist");
}

/** Puts a folder in the place of another, which is away for no longer than two renames take. */
function replace(target, fresh) {
  const old = `${fresh}.old`;
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch {
    // Another process did it in the same moment.
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

// `npm run build`, and what runs before the tests.
if (process.argv[1] === fileURLToPath(import.meta.url)) build();
