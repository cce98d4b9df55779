// The Kubernetes API as an administrator sees it, and Helm's own memory of releases in it: what tests use to look, and to
// change things behind Terraform's back.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { load } from "js-yaml";
import { merged } from "../../site.mjs";

/** How long one request may take. */
const PATIENCE = 30_000;

/**
 * A login by the current context of `KUBECONFIG`: `call(method, service, path, body)` returns the parsed answer, and throws
 * what the API said when it refuses. The services are `kubernetes`, whose paths begin with /api, and `helm`, whose paths are
 * /<namespace>/<release>: GET shows the newest revision as Helm keeps it, PATCH changes what Helm keeps (a merge patch),
 * DELETE makes Helm forget the release without removing its objects.
 */
export function login(variables = process.env) {
  const { address, agent, token } = contextOf(load(readFileSync(variables.KUBECONFIG, "utf8")));

  function kubernetes(method, path, body) {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = { authorization: `Bearer ${token}`, accept: "application/json", "content-type": type };
    return new Promise((done, failed) => {
      const options = { method, agent, headers, timeout: PATIENCE };
      const asked = request(`${address}${path}`, options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.once("error", failed);
        response.once("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          if (response.statusCode < 300) return done(JSON.parse(text));
          const error = new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 600)}`);
          failed(Object.assign(error, { status: response.statusCode }));
        });
      });
      asked.once("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer`)));
      asked.once("error", failed);
      asked.end(body && JSON.stringify(body));
    });
  }

  async function helm(method, path, body) {
    const [, namespace, release] = path.split("/");
    const folder = `/api/v1/namespaces/${namespace}/secrets`;
    const labels = encodeURIComponent(`owner=helm,name=${release}`);
    const { items } = await kubernetes("GET", `${folder}?labelSelector=${labels}`);
    const revisions = items.sort((a, b) => a.metadata.labels.version - b.metadata.labels.version);
    const newest = revisions.at(-1);
    if (!newest) throw Object.assign(new Error(`no release ${release} in ${namespace}`), { status: 404 });
    switch (method) {
      case "GET":
        return { ...opened(newest), revisions: revisions.length };
      case "PATCH":
        return kubernetes("PUT", `${folder}/${newest.metadata.name}`, closed(newest, body));
      case "DELETE":
        for (const { metadata } of revisions) await kubernetes("DELETE", `${folder}/${metadata.name}`);
        return undefined;
      default:
        throw new Error(`a release knows no ${method}`);
    }
  }

  const services = { kubernetes, helm };
  const get = (service, path) => services[service]("GET", path);

  async function code(service, path) {
    try {
      await get(service, path);
      return 200;
    } catch (error) {
      if (!error.status) throw error;
      return error.status;
    }
  }

  return {
    async call(method, service, path, body) {
      const answer = await services[service](method, path, body);
      // A namespace is first emptied, then let go.
      if (method === "DELETE") while ((await code(service, path)) !== 404) await sleep(100);
      return answer;
    },
    get,
    /** The code that a GET is answered with. */
    code,
  };
}

function contextOf(config) {
  const named = (list, name) => list.find((one) => one.name === name);
  const { context } = named(config.contexts, config["current-context"]);
  const { cluster } = named(config.clusters, context.cluster);
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64");
  return {
    address: cluster.server,
    agent: new Agent({ ca, keepAlive: true }),
    token: named(config.users, context.user).user.token,
  };
}

/** A revision as Helm wrote it: JSON, compressed, in base64, and that in the base64 of a secret. */
function opened({ data }) {
  const compressed = Buffer.from(Buffer.from(data.release, "base64").toString(), "base64");
  return JSON.parse(gunzipSync(compressed));
}

function closed(secret, change) {
  const text = gzipSync(JSON.stringify(merged(opened(secret), change))).toString("base64");
  return { ...secret, data: { release: Buffer.from(text).toString("base64") } };
}
