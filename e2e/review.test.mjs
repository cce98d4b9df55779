// What `diff` and `plan` say of a change beforehand is what becomes of the cloud, object by object, and nothing else.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { catalogOf } from "./catalogs.mjs";
import { phase } from "./lifecycle.mjs";
import { login as kubernetesLogin } from "./parts/kubernetes/api.mjs";
import { login } from "./parts/openstack/api.mjs";
import { settingOf } from "./parts/setting.mjs";
import { ready } from "./ready.mjs";
import { cloudView, differenceOf, expectedOf, isQuota } from "./review/cloud-view.mjs";
import { happened, objectsOf, ReviewedSite, STACKS } from "./review/site.mjs";
import { home, scratch, terraform } from "./terraform.mjs";

const CHANGES = load(readFileSync(join(home, "e2e/review/changes.yaml"), "utf8"));

const SIGNS = { removed: "-", replaced: "-/+", added: "+", changed: "~" };

test("what a review says is what happens", async (t) => {
  const cloud = await login();
  // What is done after a test is done in the order in which it was said: before the folder goes.
  t.after(() => removed(site, cloud));
  const site = new ReviewedSite(scratch(t));
  const kubernetes = kubernetesLogin();
  for (const environment of ["rv", "rv-two"])
    await ready(catalogOf(site.root, environment), cloud, settingOf());

  await phase(t, "nothing is there yet", async () => {
    const review = await site.plan();
    assert.equal(review.status, 0);
    await deployedAs(review, new Map(), await cloudView(cloud, kubernetes));
    assert.equal((await site.plan()).changes.length, 0);
  });

  for (const change of CHANGES)
    await phase(t, change.title, async () => {
      const before = await cloudView(cloud, kubernetes);
      const states = site.states();
      await site.change(change);
      const { stacks = ["rv-openstack"] } = change;
      const [diff, plan] = await Promise.all([site.diff(), site.plan(...stacks)]);
      await refused(change, diff, plan);
      assert.deepEqual(site.states(), states, "what is refused is not applied");
      const isGated = plan.gates.length > 0;
      if (isGated) site.acknowledge(plan.gates);
      const [predicted, review] = isGated
        ? await Promise.all([site.diff(), site.plan(...stacks)])
        : [diff, plan];
      assert.deepEqual([predicted.gates, review.gates], [[], []]);
      assert.deepEqual(wordsOf(review).sort(), [...change.says].sort());
      assert.deepEqual(
        differencesOf(objectsOf(predicted), objectsOf(review)),
        change.otherwise?.objects ?? {},
      );
      await deployedAs(review, states, before, change);
      site.commit(change.title);
    });
  await phase(t, "a project that still holds a network does not go", async () => {
    const states = site.states();
    const { id } = states.get("rv openstack_identity_project_v3.rv_lab_holds");
    const path = "/networks";
    const body = { network: { name: "rv-by-hand", project_id: id } };
    const { network } = await cloud.call("POST", "network", path, body);
    await site.change({ remove: ["rv/openstack/projects-quotas-acls/rv-lab/holds.yaml"] });
    const { gates } = await site.plan("rv-openstack");
    assert.deepEqual(gates.map(gateOf), ["removal project rv-lab/holds", "in-use project rv-lab/holds"]);
    site.acknowledge(gates.filter(({ add }) => add));
    const left = await site.plan("rv-openstack");
    assert.deepEqual(
      left.gates.map(({ message }) => message),
      ["the project rv-lab/holds still holds 1 network (rv-by-hand)"],
    );
    const stopped = await site.deploy();
    assert.deepEqual([stopped.status, stopped.stdout], [4, ""]);
    assert.match(stopped.stderr, /still holds 1 network \(rv-by-hand\)/);
    assert.deepEqual(site.states(), states);
    await cloud.call("DELETE", "network", `/networks/${network.id}`);
    const before = await cloudView(cloud, kubernetes);
    // Whoever reviewed saw a refusal: what is free to go now is to be reviewed again.
    assert.equal((await site.deploy()).status, 4);
    await deployedAs(await site.plan("rv-openstack"), states, before);
    site.commit("holds");
  });

  const courses = "rv/openstack/projects-quotas-acls/rv-lab/courses.yaml";

  await phase(t, "the data moves after the plan: only what was reviewed is applied", async () => {
    const [states, before] = [site.states(), await cloudView(cloud, kubernetes)];
    site.patch(courses, { quota: { cores: 16 } });
    const review = await site.plan("rv-openstack");
    site.commit("reviewed");
    site.patch("rv/openstack/projects-quotas-acls/rv-lab/new.yaml", { quota: { cores: 64 } });
    site.commit("not reviewed");
    await deployedAs(review, states, before);
  });

  await phase(t, "the plan is not there any more: nothing is applied", async () => {
    const states = site.states();
    rmSync(join(site.output, "stacks/rv-openstack/plan"), { force: true });
    const { status, stdout, stderr } = await site.deploy("rv-openstack");
    assert.deepEqual([status, stdout], [4, ""]);
    const said = stderr.split("\n").map((line) => line.trim());
    assert.ok(said.includes("not reviewed, would happen now:"), stderr);
    assert.ok(said.includes("~ change project rv-lab/new (rv)"), stderr);
    assert.deepEqual(site.states(), states);
  });

  await phase(t, "the cloud is changed by hand after the plan: nothing is applied", async () => {
    const states = site.states();
    await site.plan("rv-openstack");
    rmSync(join(site.output, "stacks/rv-openstack/plan"), { force: true });
    const { id } = states.get("rv openstack_networking_network_v2.rv_labs");
    await cloud.call("PUT", "network", `/networks/${id}`, { network: { description: "by hand" } });
    const { status, stdout, stderr } = await site.deploy("rv-openstack");
    assert.deepEqual([status, stdout], [4, ""]);
    assert.match(stderr, /not reviewed, would happen now:\n\s+~ change network rv-laboratories \(rv\)/);
    assert.deepEqual(site.states(), states);
    const drift = await site.review("drift", "rv-openstack", "--output", site.output);
    assert.deepEqual(wordsOf({ changes: drift.drift }), ["~ network rv-laboratories"]);
    const before = await cloudView(cloud, kubernetes);
    // The state never held what was done by hand.
    const name = "rv openstack_networking_network_v2.rv_labs";
    states.set(name, { ...states.get(name), description: "by hand" });
    await deployedAs(await site.plan("rv-openstack"), states, before);
  });

  await phase(t, "nothing is left to do", async () => {
    assert.deepEqual((await site.plan()).changes, []);
  });

  /** Deploys, and holds what became of states and of the cloud against a review. */
  async function deployedAs(review, states, before, { again, stacks = [] } = {}) {
    const { status, stdout, stderr } = await site.deploy();
    if (status === 3 && again) {
      assert.match(stderr, /failed: 1 object/);
      await site.plan(...stacks);
      const second = await site.deploy();
      assert.equal(second.status, 0, second.stderr);
    } else assert.equal(status, 0, stdout + stderr);
    const objects = objectsOf(review);
    const [after, view] = [site.states(), await cloudView(cloud, kubernetes)];
    assert.deepEqual(happened(states, after), objects, "the states");
    const [expected, found] = [expectedOf(objects, states, after), differenceOf(before, view)];
    const exact = (all) => [...all].filter(([name]) => !isQuota(name)).sort();
    assert.deepEqual(exact(found), exact(expected), "the cloud");
    const surprises = [...found].filter(
      ([name]) => isQuota(name) && !expected.has(name) && !expected.has(name.replace(/^[\w-]+/, "project")),
    );
    assert.deepEqual(surprises, [], "quotas of the cloud");
  }

  /** What must be refused is, offline and with a plan; `deploy` applies nothing of it. */
  async function refused({ gates = [], diffGates = gates }, diff, plan) {
    assert.deepEqual([diff.gates.map(gateOf), diff.status], [diffGates, diffGates.length > 0 ? 4 : 0]);
    assert.deepEqual([plan.gates.map(gateOf), plan.status], [gates, gates.length > 0 ? 4 : 0]);
    if (gates.length === 0) return;
    const { status, stderr } = await site.deploy();
    assert.equal(status, 4);
    assert.match(stderr, /: refused: .*[\s\S]*nothing was deployed\n$/);
    for (const { add } of plan.gates)
      for (const line of add.lines.split("\n")) assert.ok(stderr.includes(line));
  }
});

function gateOf({ code, entity }) {
  return `${code} ${entity.kind} ${entity.key}`;
}

function wordsOf({ changes }) {
  return changes.map(({ is, kind, key }) => `${SIGNS[is] ?? is} ${kind} ${key}`);
}

/** Of objects, what a prediction says otherwise than a plan. */
function differencesOf(predicted, planned) {
  const names = [...new Set([...predicted.keys(), ...planned.keys()])];
  const others = names.filter((name) => predicted.get(name) !== planned.get(name));
  return Object.fromEntries(
    others.map((name) => [
      name,
      { diff: predicted.get(name) ?? "nothing", plan: planned.get(name) ?? "nothing" },
    ]),
  );
}

/** Takes everything away again. */
async function removed(site, cloud) {
  for (const stack of STACKS)
    await terraform(join(site.output, "stacks", stack), "destroy", "-auto-approve", "-no-color").catch(
      (error) => console.error(error.message.slice(-2000)),
    );
  const { domains } = await cloud.get("identity", "/domains");
  for (const { id, name } of domains)
    if (name.startsWith("rv-")) {
      await cloud.call("PATCH", "identity", `/domains/${id}`, { domain: { enabled: false } });
      await cloud.call("DELETE", "identity", `/domains/${id}`);
    }
}
