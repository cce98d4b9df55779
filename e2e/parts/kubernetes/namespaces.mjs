// A stand-in for the namespace controller of kube-controller-manager, and for nothing else of it: a namespace that is
// deleted is emptied, of every kind of object that the API server lists, and then let go. Objects with finalizers of
// their own keep their namespace, as they do anywhere.
//
//   KUBERNETES_TOKEN=… node namespaces.mjs https://127.0.0.1:6443 CA.crt
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

const [address, certificate] = process.argv.slice(2);
const token = process.env.KUBERNETES_TOKEN;
const agent = new Agent({ ca: readFileSync(certificate), keepAlive: true, maxSockets: 8 });

const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const PAUSE = 250;

/** Asks the API server; throws what it says when it refuses. */
function ask(method, path, { body, accept = "application/json" } = {}) {
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, accept, "content-type": "application/json" };
    const asked = request(`${address}${path}`, { method, agent, headers, timeout: 30_000 }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.once("error", failed);
      response.once("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        if (response.statusCode < 300) return done(JSON.parse(text));
        const error = new Error(`${method} ${path} was answered with ${response.statusCode}: ${text.trim()}`);
        failed(Object.assign(error, { status: response.statusCode }));
      });
    });
    asked.once("timeout", () => asked.destroy(new Error(`${method} ${path} was not answered in 30 s`)));
    asked.once("error", failed);
    asked.end(body && JSON.stringify(body));
  });
}

/** Every kind of object that lives in a namespace and can be deleted: `{ path(namespace), verbs }`. */
async function kinds() {
  const groups = await Promise.all(["/api", "/apis"].map((path) => ask("GET", path, { accept: DISCOVERY })));
  const found = new Map();
  for (const { metadata, versions } of groups.flatMap(({ items }) => items))
    for (const { version, resources = [] } of versions)
      for (const { resource, scope, verbs } of resources) {
        const group = metadata.name ? `/apis/${metadata.name}` : "/api";
        const key = `${group}/${resource}`;
        const usable = scope === "Namespaced" && verbs.includes("delete") && verbs.includes("list");
        // Versions stand in the order of preference, and show the same objects.
        if (usable && !found.has(key))
          found.set(key, { path: (name) => `${group}/${version}/namespaces/${name}/${resource}`, verbs });
      }
  return [...found.values()];
}

/** Deletes all objects of a kind and returns those that are still there. */
async function clear({ path, verbs }, namespace) {
  const folder = path(namespace);
  const { items } = await ask("GET", folder);
  if (items.length === 0) return [];
  if (verbs.includes("deletecollection")) await ask("DELETE", folder);
  else for (const { metadata } of items) await ask("DELETE", `${folder}/${metadata.name}`).catch(unlessGone);
  return (await ask("GET", folder)).items.map(({ metadata }) => `${folder}/${metadata.name}`);
}

function unlessGone(error) {
  if (error.status !== 404) throw error;
}

async function finish(namespace) {
  const { name } = namespace.metadata;
  const left = (await Promise.all((await kinds()).map((kind) => clear(kind, name)))).flat();
  if (left.length > 0) return say(`${name} still holds ${left.join(", ")}`);
  const finalizers = namespace.spec.finalizers.filter((one) => one !== "kubernetes");
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  await ask("PUT", `/api/v1/namespaces/${name}/finalize`, { body }).catch(unlessGone);
  say(`${name} is gone`);
}

let last;
/** Once, not four times a second. */
function say(text) {
  if (text !== last) console.log(text);
  last = text;
}

process.once("SIGTERM", () => process.exit(0));
for (let watching = false; ; await sleep(PAUSE)) {
  try {
    const { items } = await ask("GET", "/api/v1/namespaces");
    if (!watching) say("watching namespaces");
    watching = true;
    const ending = items.filter(
      ({ metadata, spec }) => metadata.deletionTimestamp && spec.finalizers?.includes("kubernetes"),
    );
    // One that fails (another client changed it meanwhile) does not keep the others.
    for (const namespace of ending) await finish(namespace).catch((error) => say(error.message));
  } catch (error) {
    say(error.message);
  }
}
