// A tiny runner for the pipelines: it reads their YAML and runs each job's script as the forges do, in a fresh clone, with the variables
// that the forge would set, and no others. What GitLab makes of `rules`, `extends` and variables says gitlab-ci-local.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { load } from "js-yaml";
import { begin, home } from "./terraform.mjs";

/** What every machine has that runs jobs: programs, and the plugins of Terraform. */
function machine(folder) {
  const plugins = Object.entries(process.env).filter(([name]) =>
    /^TF_CLI_CONFIG_FILE$|^TERRAFORM_BINARY/.test(name),
  );
  mkdirSync(join(folder, "home"), { recursive: true });
  return {
    ...Object.fromEntries(plugins),
    PATH: process.env.PATH,
    HOME: join(folder, "home"),
    no_proxy: "127.0.0.1,localhost",
    CI: "true",
    CLOUD_ENTITIES_AS_OF: "2026-11-21",
  };
}

/** What became of a job: its exit code, what it printed, the variables that it had, its artifacts' folder. */
async function ranScript({ name, script, env, cwd, folder, artifacts }) {
  const seen = join(folder, "env.txt");
  const text = `env -0 >'${seen}'\n${script}\n`;
  const { ended } = begin("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", text], { cwd, env });
  const { status, stdout, stderr } = await ended;
  const variables = Object.fromEntries(
    readFileSync(seen, "utf8")
      .split("\0")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  for (const path of artifacts)
    if (existsSync(join(cwd, path)))
      cpSync(join(cwd, path), join(folder, "artifacts", path), { recursive: true });
  return { name, status, said: stdout + stderr, stdout, variables, folder: join(folder, "artifacts") };
}

/** A fresh clone of a commit, with all branches below `origin/`. */
export function cloned(origin, commit, cwd) {
  git(undefined, "clone", "--quiet", "--no-checkout", origin, cwd);
  git(cwd, "fetch", "--quiet", "origin", "+refs/*:refs/seen/*");
  git(cwd, "checkout", "--quiet", "--detach", commit);
}

export function git(cwd, ...args) {
  const author = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  const { status, stdout, stderr } = spawnSync("git", [...author, ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

const UNION = "Set.prototype.union ??= function (other) { return new Set([...this, ...other]) }";

/** What gitlab-ci-local says of a pipeline. It is written for Node 22, of which it takes no more than `union`. */
function gitlabCiLocal(cwd, variables, ...args) {
  const program = [
    "--import",
    `data:text/javascript,${encodeURIComponent(UNION)}`,
    join(home, "node_modules/gitlab-ci-local/dist/index.js"),
  ];
  const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...program, ...args, ...given], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`gitlab-ci-local: ${stdout}${stderr}`);
  return stdout;
}

/**
 * Runs a pipeline of GitLab: the jobs whose rules let them run, each after those it needs. `secrets` are the project's variables,
 * each `{name, value, scope, isProtected}`: a job has those of its environment, and the protected ones on a protected branch alone.
 */
export async function gitlabPipeline({ origin, commit, pipeline, folder, variables, secrets, isProtected }) {
  rmSync(folder, { recursive: true, force: true });
  const look = join(folder, "look");
  cloned(origin, commit, look);
  git(look, "remote", "set-url", "origin", "https://gitlab.example.org/cloud/data.git");
  cpSync(pipeline, join(look, ".gitlab-ci.yml"));
  const list = gitlabCiLocal(look, variables, "--list-json");
  const when = new Map(JSON.parse(/^\[[\s\S]*\]/m.exec(list)[0]).map((job) => [job.name, job.when]));
  const whole = load(/^---$[\s\S]*/m.exec(gitlabCiLocal(look, variables, "--preview"))[0]);
  const stages = whole.stages;
  const jobs = Object.entries(whole)
    .filter(([name, job]) => Array.isArray(job?.script) && when.get(name) !== "never")
    .sort(([, a], [, b]) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  const results = new Map();
  for (const [name, job] of jobs) {
    const short = name.replace("cloud-entities:", "");
    const needs = (job.needs ?? []).map(({ job: needed }) => needed.replace("cloud-entities:", ""));
    const before = [...results.values()].filter(({ name: one, stage }) =>
      needs.length > 0 ? needs.includes(one) : stage !== job.stage,
    );
    const isFine = before.every(({ status, mayFail }) => status === 0 || mayFail.includes(status));
    if (!isFine && when.get(name) !== "always") continue;
    const own = join(folder, short);
    const cwd = join(own, "work");
    cloned(origin, commit, cwd);
    for (const { folder: artifacts } of before)
      if (existsSync(artifacts)) cpSync(artifacts, cwd, { recursive: true });
    const plain = { ...whole.variables, ...variables, ...job.variables };
    const environment = expanded(job.environment?.name ?? "", plain);
    const given = secrets
      .filter(
        ({ scope }) => scope === undefined || new RegExp(`^${scope.replace("*", ".*")}$`).test(environment),
      )
      .filter((one) => isProtected || !one.isProtected)
      .map(({ name: secret, value }) => [secret, value]);
    const env = {
      ...machine(own),
      GITLAB_CI: "true",
      CI_JOB_URL: `https://gitlab.example.org/cloud/data/-/jobs/${results.size + 1}`,
      ...Object.fromEntries(
        Object.entries(plain).map(([key, value]) => [key, expanded(String(value), plain)]),
      ),
      ...Object.fromEntries(given),
    };
    const { paths = [], reports = {} } = job.artifacts ?? {};
    const script = [...(job.before_script ?? []), ...job.script].join("\n");
    const artifacts = [...paths, ...Object.values(reports).flat()].map((path) =>
      path.path ? path.path : path,
    );
    const result = await ranScript({ name: short, script, env, cwd, folder: own, artifacts });
    const mayFail = [job.allow_failure?.exit_codes ?? []].flat();
    results.set(short, { ...result, stage: job.stage, mayFail, environment });
  }
  return results;
}

/** A text with its variables filled in, as GitLab does. */
function expanded(text, variables) {
  return text.replace(/\$\{?(\w+)\}?/g, (_, name) => expanded(String(variables[name] ?? ""), {}));
}

/**
 * Runs a reusable workflow of GitHub: the jobs whose `if` holds. `github` is the context, `secrets` are those of an environment by its
 * name; actions of others are played: a checkout, an upload and a download of artifacts.
 */
export async function githubWorkflow({
  origin,
  commit,
  workflow,
  folder,
  github,
  inputs,
  secrets,
  variables,
}) {
  rmSync(folder, { recursive: true, force: true });
  const { on, env: common, jobs } = load(readFileSync(workflow, "utf8"));
  const defaults = Object.entries(on.workflow_call.inputs).map(([name, { default: value }]) => [name, value]);
  const results = new Map();
  const stored = join(folder, "stored");
  for (const [name, job] of Object.entries(jobs)) {
    const context = { github, inputs: { ...Object.fromEntries(defaults), ...inputs } };
    const needs = [job.needs ?? []].flat();
    const filled = (text) => interpolated(String(text), context);
    const condition = String(job.if ?? "true");
    const isFine = needs.every((needed) => results.get(needed)?.status === 0);
    if (!isFine && !/cancelled\(\)|always\(\)/.test(condition)) continue;
    if (!truth(evaluated(condition, context))) continue;
    const environment = job.environment === undefined ? undefined : filled(job.environment);
    context.secrets = secrets[environment] ?? {};
    const own = join(folder, name);
    const cwd = join(own, "work");
    const base = { ...machine(own), GITHUB_ACTIONS: "true", RUNNER_TEMP: own, ...variables };
    for (const [key, value] of Object.entries(common)) base[key] = filled(value);
    const result = {
      name,
      status: 0,
      said: "",
      stdout: "",
      variables: {},
      folder: join(own, "artifacts"),
      environment,
    };
    for (const step of job.steps) {
      const isWanted =
        step.if === undefined ? result.status === 0 : truth(evaluated(String(step.if), context));
      if (!isWanted) continue;
      const settings = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(value)]),
      );
      const action = step.uses?.split("@")[0];
      if (action === "actions/checkout") {
        if (settings.repository) throw new Error("the tests of GitHub bring their own cloud-entities");
        cloned(origin, commit, cwd);
        if (settings["fetch-depth"] !== "0") git(cwd, "remote", "remove", "origin");
      } else if (action === "actions/upload-artifact") {
        const target = join(stored, settings.name);
        const source = join(cwd, settings.path);
        if (existsSync(source))
          cpSync(source, statSync(source).isFile() ? join(target, basename(source)) : target, {
            recursive: true,
          });
        result.folder = target;
      } else if (action === "actions/download-artifact") {
        const source = join(stored, settings.name);
        if (existsSync(source)) cpSync(source, join(cwd, settings.path), { recursive: true });
        else if (!step["continue-on-error"]) result.status = 1;
      } else if (step.run !== undefined) {
        const own_ = Object.fromEntries(
          Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value)]),
        );
        const summary = join(own, "summary.md");
        const env = { ...base, GITHUB_STEP_SUMMARY: summary, ...own_ };
        const ran = await ranScript({ name, script: step.run, env, cwd, folder: own, artifacts: [] });
        result.status ||= ran.status;
        result.said += ran.said;
        result.stdout += ran.stdout;
        Object.assign(result.variables, ran.variables);
        result.summary = existsSync(summary) ? readFileSync(summary, "utf8") : "";
      }
    }
    results.set(name, result);
  }
  return results;
}

function interpolated(text, context) {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression) => String(evaluated(expression, context) ?? ""));
}

function truth(value) {
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0;
}

const TOKEN = /\s*('(?:[^']|'')*'|&&|\|\||[!=]=|[!()]|[\w-]+(?:\.[\w-]+)*)/y;

/** What an expression of GitHub says, as far as ours go: comparisons, and, or, not, names, and whether a run was cancelled. */
function evaluated(text, context) {
  const tokens = [];
  const rest = text.trim().replace(/^\$\{\{|\}\}$/g, "");
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < rest.trimEnd().length; ) {
    const [, token] = TOKEN.exec(rest) ?? [];
    if (token === undefined) throw new Error(`no expression that is known: ${text}`);
    tokens.push(token);
  }
  let at = 0;
  const next = (token) => tokens[at] === token && ++at > 0;
  const either = () => {
    let value = both();
    while (next("||")) {
      const other = both();
      value = truth(value) ? value : other;
    }
    return value;
  };
  const both = () => {
    let value = compared();
    while (next("&&")) {
      const other = compared();
      value = truth(value) ? other : value;
    }
    return value;
  };
  const compared = () => {
    const value = one();
    if (next("==")) return (value ?? "") === (one() ?? "");
    if (next("!=")) return (value ?? "") !== (one() ?? "");
    return value;
  };
  const one = () => {
    if (next("!")) return !truth(one());
    if (next("(")) {
      const value = either();
      if (!next(")")) throw new Error(`a bracket is open: ${text}`);
      return value;
    }
    const token = tokens[at++] ?? "";
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === "true" || token === "false") return token === "true";
    if (next("(")) {
      if (!next(")")) throw new Error(`no call that is known: ${text}`);
      return { cancelled: false, always: true, success: true }[token];
    }
    return token.split(".").reduce((value, key) => value?.[key], context);
  };
  const value = either();
  if (at !== tokens.length) throw new Error(`more than an expression: ${text}`);
  return value;
}
