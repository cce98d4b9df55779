// `npm run demo`: a cloud starts, the site `dev` is deployed to it, a project changes, everything is torn down. What it
// prints is what its commands say, less the identifiers and the lines that repeat what is known.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { catalogOf } from "./catalogs.mjs";
import { destroy, isRunning, reset, UNSET, variablesOf } from "./parts/main.mjs";
import { login } from "./parts/openstack/api.mjs";
import { settingOf } from "./parts/setting.mjs";
import { pluginVariables } from "./plugins.mjs";
import { ready } from "./ready.mjs";
import { SiteCopy } from "./sites.mjs";
import { cloudEntities, temporaryFolder } from "./terraform.mjs";

const STACK = "dev-openstack";
/** So many lines of what a verb says are shown at most. */
const MOST = 14;
const PROJECT = "openstack/projects-quotas-acls/research/genome-atlas.yaml";

try {
  await demo();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}

async function demo() {
  for (const name of UNSET) delete process.env[name];
  const setting = settingOf();
  const isOurs = !isRunning(setting);
  const folder = temporaryFolder();
  try {
    await step("A cloud: OpenStack on loopback", async () => {
      Object.assign(process.env, pluginVariables());
      if (isOurs) await reset(setting, ["openstack"], progress);
    });
    Object.assign(process.env, variablesOf(setting));
    const site = new SiteCopy({
      from: join(import.meta.dirname, ".."),
      environment: "dev",
      folder,
      backend: "local",
    });
    if (process.stderr.isTTY) site.watch = passing;
    await ready(catalogOf(site.root, "dev"), await login(), setting);

    await step("The site dev is planned, and deployed to it", async () => {
      await ours(site, "plan", STACK);
      await ours(site, "deploy", STACK);
    });
    openstack("project", "list", "--domain", "research", "-c", "Name", "--sort-column", "Name");
    openstack("flavor", "list", "--all", "-c", "Name", "-c", "VCPUs", "-c", "RAM", "--sort-column", "Name");
    await step("A project gets more cores and less memory: its file changes", () => {
      print(`  ${PROJECT.split("/").at(-1)}:  cores: 32 → 48,  ram: 64 GiB → 48 GiB`);
      site.patch(PROJECT, { quota: { cores: 48, ram: "48 GiB" } });
      return ours(site, "plan", STACK);
    });
    await step("What was reviewed is deployed", () => ours(site, "deploy", STACK));
    openstack("quota", "show", "genome-atlas", "-c", "cores", "-c", "ram");
    await step("Everything is torn down", async () => {
      site.patch("openstack/domains/research.yaml", { domain: { enabled: false } });
      await site.cdktf("deploy", STACK, "--auto-approve");
      await cdktf(site, "destroy", STACK, "--auto-approve");
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (isOurs) await destroy(setting);
  }
}

/** A step and, where somebody watches, how long it took. */
async function step(title, work) {
  const began = Date.now();
  print(`${title}.`);
  await work();
  if (process.stderr.isTTY)
    process.stderr.write(`\r\u001b[K  (${Math.round((Date.now() - began) / 1000)} s)\n`);
}

/** Runs a verb and prints what it says: of a plan of many objects the verdict, of a deploy how it ended. */
async function ours(site, ...words) {
  print(`  $ npx cloud-entities ${words.join(" ")}`);
  const said = await cloudEntities([...words, "--root", site.root, "--output", site.output]);
  const lines = said
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "" && !/^digest: /.test(line));
  if (words[0] === "deploy") print(indented(lines.at(-1)));
  else print(indented((lines.length > MOST ? [...lines.slice(0, 2), "  …"] : lines).join("\n")));
}

/** Runs cdktf and prints the decisive part of what it says. */
async function cdktf(site, ...words) {
  print(`  $ npx cdktf ${words.join(" ")}`);
  print(indented(essence(await site.cdktf(...words), words[0])));
}

/** Runs OpenStack's own client and prints its table. */
function openstack(...words) {
  print(`  $ openstack ${words.join(" ")}`);
  const { status, stdout, stderr } = spawnSync("/usr/bin/openstack", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openstack ${words.join(" ")}: ${stderr}`);
  print(indented(withoutIds(stdout)));
}

/** The verdict, and before it, of a `diff`, the planned changes: without the name of the stack before each line. */
function essence(said, verb) {
  const plan = /^ *([#~+-] .*[#"{=>)]|Plan: .*|No changes\..*)/;
  const wanted = verb === "diff" ? plan : /^ *(Apply|Destroy) complete/;
  return said
    .split("\n")
    .map((line) =>
      line.replace(/^(dev-openstack)? {2,}/, (start) => " ".repeat(Math.max(0, start.length - 15))),
    )
    .filter((line) => wanted.test(line) && !/^ *- (Reusing|Using)/.test(line))
    .map((line) => line.replace(/ \(project\.\S+\)/, ""))
    .join("\n");
}

function withoutIds(text) {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}/g, "…");
}

function indented(text) {
  return text.trimEnd().replace(/^/gm, "  ");
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`  ${text}\n`);
}

/** What a command says at the moment, in one line that is written over. */
function passing(text) {
  const line = text
    .trimEnd()
    .split("\n")
    .at(-1)
    .replace(/^(dev-openstack)?\s+/, "");
  if (line !== "") process.stderr.write(`\r\u001b[K  ${line.slice(0, 74)}`);
}

function print(text) {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  process.stdout.write(`${text}\n`);
}
