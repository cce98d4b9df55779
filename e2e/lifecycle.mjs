// The life of every kind, told as data in lifecycles/ and lived on a real cloud. Every phase is one run of terraform for
// all kinds at once: first all are created, then each kind's first change is made, then each kind's second …
// lifecycles/README.md says how a life is written.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { home } from "./terraform.mjs";

/** What an action of a plan proves of the fields that were changed. */
const PROVES = { create: "added", update: "updated", replace: "replaced", delete: "removed" };

/** The lives of a provider's kinds; `E2E_KINDS` (a comma list) chooses some of them. */
export function livesOf(provider) {
  const folder = join(home, "e2e/lifecycles", provider);
  const chosen = process.env.E2E_KINDS?.split(",");
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: file.split(".")[0],
      ...load(readFileSync(join(folder, file), "utf8"), { filename: file }),
    }))
    .filter(({ name }) => !chosen || chosen.includes(name));
}

/**
 * Lives all lives in a stack of a site, its state in PostgreSQL. `cloud` reaches the API: `call(method, service, path, body)`
 * returns the parsed answer, `code(service, path)` the code of a GET. What was proved goes to the folder `E2E_PROOFS`.
 */
export async function live(t, { site, provider, lives, cloud }) {
  const stack = site.stack(provider);
  const proofs = new Proofs();
  /** Of every resource that ever was: its attributes, so that what is gone can be looked for. */
  const values = new Map();

  await phase(t, "everything is created", async () => {
    for (const { files } of lives) site.write(files);
    await site.synth();
    await stack.init();
    const changes = await stack.plan();
    assert.deepEqual(new Set([...changes.values()].map(({ action }) => action)), new Set(["create"]));
    await apply();
    for (const { type } of changes.values()) proofs.type(type, "created");
  });
  await shown("created", ({ created }) => created);
  await nothingToDo("created");

  const rounds = Math.min(
    Number(process.env.E2E_CHANGES ?? Number.POSITIVE_INFINITY),
    Math.max(...lives.map(({ changes }) => changes.length)),
  );
  for (let round = 0; round < rounds; round++) {
    const acts = lives.flatMap(({ name, changes }) => (changes[round] ? [{ name, ...changes[round] }] : []));
    const title = `change ${round + 1}`;
    await changed(title, acts);
    await shown(title, ({ changes }) => changes[round]?.shows);
    await nothingToDo(title);
    await drifted(title, acts);
  }

  await phase(t, "with a new state, adopt finds everything", async () => {
    const { state } = site.read("environment.yaml").environment;
    site.patch("environment.yaml", { environment: { state: { schema_name: `${state.schema_name}_new` } } });
    await site.synth();
    await stack.init("-reconfigure");
    await site.adopt(stack);
    const changes = await stack.plan();
    const late = Object.assign({}, ...lives.map(({ adopted = {} }) => adopted));
    const isLate = ({ type, action, attributes }) =>
      late[type] === "written again" ||
      (action === "update" && attributes.every((attribute) => late[type]?.includes(attribute)));
    const others = [...changes].filter(([, change]) => change.action !== "import" && !isLate(change));
    assert.deepEqual(Object.fromEntries(others), {});
    await apply();
    for (const { type } of changes.values()) proofs.type(type, "adopted");
  });
  await nothingToDo("adopted");

  await phase(t, "everything is destroyed", async () => {
    const last = lives.flatMap((life) => life.last ?? []);
    if (last.length > 0) {
      for (const { write } of last) patch(write);
      await site.synth();
      await stack.plan();
      await apply();
    }
    site.clear();
    await site.synth();
    const changes = await stack.plan();
    assert.deepEqual(
      [...changes].filter(([, { action }]) => action !== "delete"),
      [],
    );
    await apply();
    const left = [...(await stack.state()).keys()].filter((address) => !address.startsWith("data."));
    assert.deepEqual(left, []);
    for (const { type } of changes.values()) proofs.type(type, "destroyed");
  });
  for (const { name, looks } of lives) {
    await t.test(`destroyed: ${name}: nothing is left in the cloud`, async () => {
      for (const [look, { service, path, gone = 404 }] of Object.entries(looks)) {
        if (typeof gone === "string") continue;
        const expected = gone === "empty" ? [] : gone;
        const seen =
          gone === "empty" ? await answer(looks[look]) : await cloud.code(service, filled(path, values));
        assert.deepEqual(seen, expected, look);
      }
    });
  }
  proofs.keep(provider);

  async function apply() {
    await stack.apply();
    for (const [address, found] of await stack.state()) values.set(address, found);
  }

  /** What the files of some kinds now say is planned as their tables say, and nothing else; then it is applied. */
  async function changed(title, acts) {
    const changes = await phase(t, `${title}: planned`, async () => {
      for (const act of acts) {
        for (const [from, to] of Object.entries(act.move ?? {})) site.move(from, to);
        act.touched = touchedBy(act.write, (path) => site.has(path));
        patch(act.write);
      }
      await site.synth();
      return stack.plan();
    });
    for (const { name, touched, plan, noDrift, traps = [] } of acts) {
      await t.test([`${title}: ${name}: ${words(plan)}`, ...traps].join(", "), () => {
        for (const [address, action] of Object.entries(plan))
          assert.equal(
            changes.get(address)?.action,
            action,
            `${address}: ${changes.get(address)?.attributes}`,
          );
        const actions = new Set(Object.values(plan));
        for (const action of actions) proofs.fields(touched, PROVES[action]);
        if (actions.size === 0) proofs.fields(touched, "nothing planned");
        if (noDrift) proofs.blind(touched, noDrift);
      });
    }
    await t.test(`${title}: nothing else is planned`, () => {
      const expected = new Set(acts.flatMap(({ plan }) => Object.keys(plan)));
      assert.deepEqual(Object.fromEntries([...changes].filter(([address]) => !expected.has(address))), {});
    });
    await phase(t, `${title}: applied`, apply);
  }

  /** What was changed behind Terraform's back is planned to be changed back, and is. */
  async function drifted(title, acts) {
    const strayed = acts.filter(({ behind }) => behind);
    if (strayed.length === 0) return;
    const changes = await phase(t, `${title}: undone by hand, and planned again`, async () => {
      for (const [method, service, path, body, headers] of strayed.flatMap(({ behind }) => behind))
        await cloud.call(method, service, filled(path, values), known(body), { headers });
      return stack.plan();
    });
    for (const { name, touched, plan, drift = plan } of strayed) {
      await t.test(`${title}: ${name}: a change by hand is seen`, () => {
        for (const [address, action] of Object.entries(drift))
          assert.equal(changes.get(address)?.action, action, address);
        proofs.fields(touched, "drifted");
      });
    }
    await t.test(`${title}: nothing else is seen`, () => {
      const expected = new Set(strayed.flatMap(({ plan, drift = plan }) => Object.keys(drift)));
      assert.deepEqual(Object.fromEntries([...changes].filter(([address]) => !expected.has(address))), {});
    });
    await phase(t, `${title}: what was changed by hand is put right`, apply);
  }

  /** The API shows what the tables say. */
  async function shown(title, of) {
    for (const life of lives) {
      const expected = of(life);
      if (!expected) continue;
      await t.test(`${title}: ${life.name}: the API shows it`, async () => {
        const answers = new Map();
        const seen = {};
        for (const path of Object.keys(expected)) {
          const look = path.split(".")[0];
          assert.ok(life.looks[look], `${life.name} has no look "${look}"`);
          if (!answers.has(look)) answers.set(look, await answer(life.looks[look]));
          seen[path] = at(answers.get(look), path) ?? null;
        }
        assert.deepEqual(sorted(seen), sorted(known(expected)));
      });
    }
  }

  async function answer({ method = "GET", service, path, body, at: inner, headers }) {
    const got = await cloud.call(method, service, filled(path, values), known(body), { headers });
    return inner === undefined ? got : got[inner];
  }

  /** Data with what `{address}` means in its texts. */
  function known(data) {
    return data && JSON.parse(filled(JSON.stringify(data), values));
  }

  function nothingToDo(title) {
    return phase(t, `${title}: the plan is empty`, async () => {
      assert.deepEqual(Object.fromEntries(await stack.plan()), {});
    });
  }

  function patch(write) {
    for (const [path, change] of Object.entries(write)) site.patch(path, known(change));
  }
}

/** A subtest without which the rest means nothing. */
export async function phase(t, title, work) {
  let result;
  let failed = true;
  await t.test(title, async () => {
    result = await work();
    failed = false;
  });
  if (failed) throw new Error(`"${title}" failed: what follows was not tried`);
  return result;
}

/** What was proved: of resource types, and of the fields of kinds (by the folder and the dotted path of the field). */
class Proofs {
  types = new Map();
  written = new Map();
  /** Why no plan shows that a field was changed by hand. */
  unseen = new Map();

  type(type, proof) {
    this.types.set(type, new Set(this.types.get(type)).add(proof));
  }

  fields(touched, proof) {
    for (const key of touched) this.written.set(key, new Set(this.written.get(key)).add(proof));
  }

  blind(touched, reason) {
    for (const key of touched) this.unseen.set(key, reason);
  }

  /** Hands them to who makes the page of them (`proofs.mjs`). */
  keep(provider) {
    const folder = process.env.E2E_PROOFS;
    if (!folder) return;
    const plain = (map) => Object.fromEntries([...map].map(([key, proofs]) => [key, [...proofs]]));
    const proofs = {
      types: plain(this.types),
      written: plain(this.written),
      unseen: Object.fromEntries(this.unseen),
    };
    writeFileSync(join(folder, `${provider}.json`), JSON.stringify(proofs));
  }
}

/** Fields that say which entity a file means: they are all that a new file changes. */
const IDENTITY = /\.(name|namespace|domain|address)$|^id$/;

/** The fields that merge patches of files touch, each as the folder of its kind and its dotted path. */
export function touchedBy(write, isThere = () => true) {
  return Object.entries(write).flatMap(([path, patch]) => {
    if (patch === null) return [];
    // openstack/flavors/life.yaml
    const folder = path.split("/").slice(0, 2).join("/");
    const fields = leaves(patch).filter((field) => isThere(path) || IDENTITY.test(field));
    return fields.map((field) => `${folder} ${field}`);
  });
}

/** The dotted paths that a merge patch writes. */
function leaves(patch, path = []) {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return [path.join(".")];
  return Object.entries(patch).flatMap(([key, value]) => leaves(value, [...path, key]));
}

/** A text with `{address}` replaced by the id of that resource, `{address.attribute}` by an attribute. */
function filled(text, values) {
  return text.replace(
    /\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_]+)(?:\.([a-z_]+))?\}/g,
    (_, address, attribute = "id") => {
      const value = values.get(address)?.[attribute];
      assert.notEqual(value, undefined, `${address} has no ${attribute} in the state`);
      return value;
    },
  );
}

/** The value at a dotted path below a look; a key may hold dots, and an index counts from 0. */
function at(value, path) {
  return below(value, path.split(".").slice(1));
}

function below(value, keys) {
  if (keys.length === 0 || value === undefined || value === null) return value;
  for (let length = keys.length; length > 0; length--) {
    const key = keys.slice(0, length).join(".");
    if (Object.hasOwn(Object(value), key)) return below(value[key], keys.slice(length));
  }
  return undefined;
}

/** Lists in one order: APIs give sets in any. */
function sorted(value) {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sorted(one))).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function words(plan) {
  return Object.entries(plan)
    .map(([address, action]) => `${action} ${address}`)
    .join(", ");
}
