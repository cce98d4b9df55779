// Helm charts that tests write, and a chart repository that serves them.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { command } from "./parts/process.mjs";
import { scratch, write } from "./terraform.mjs";

/**
 * Writes a chart into a folder of its name. It renders one config map, `<release>-values`, which shows each value by its key,
 * texts as they are and everything else as JSON, and under `.chart` what rendered it.
 */
export function writeChart(folder, name, version, { values = {}, files = {} } = {}) {
  const all = {
    "Chart.yaml": JSON.stringify({ apiVersion: "v2", name, version, description: "Shows its values." }),
    "values.yaml": JSON.stringify(values),
    "templates/values.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
data:
  .chart: {{ printf "%s %s" .Chart.Name .Chart.Version | quote }}
{{- range $key, $value := .Values }}
  {{ $key | quote }}: {{ if kindIs "string" $value }}{{ toJson $value }}{{ else }}{{ toJson $value | toJson }}{{ end }}
{{- end }}
`,
    ...files,
  };
  write(join(folder, name), all);
}

/**
 * Serves charts on a free port of loopback, over TLS, until the test ends: `charts` are `[name, version, options]`. Below
 * `/open` everybody may read, below `/locked` whose `user:password` is among `logins`, below `/mutual` who has a certificate
 * of ours. Returns its `address` and the `files` of certificates and keys.
 */
export async function chartRepository(test, { charts, logins = [] }) {
  const folder = scratch(test);
  const packages = new Map();
  const entries = {};
  for (const [name, version, options] of charts) {
    const file = `${name}-${version}.tgz`;
    writeChart(join(folder, version), name, version, options);
    command("tar", ["-czf", join(folder, file), "-C", join(folder, version), name]);
    packages.set(file, readFileSync(join(folder, file)));
    entries[name] = [...(entries[name] ?? []), { apiVersion: "v2", name, version, urls: [file] }];
  }
  packages.set("index.yaml", JSON.stringify({ apiVersion: "v1", entries }));

  const { ca, key, certificate } = certificates(folder);
  const tls = { ca: readFileSync(ca), cert: readFileSync(certificate), key: readFileSync(key) };
  const server = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const [, area, file] = request.url.split("/");
      const login = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64");
      const admitted =
        area === "open" ||
        (area === "locked" && logins.includes(login.toString())) ||
        (area === "mutual" && request.socket.authorized);
      response.statusCode = !admitted ? 401 : packages.has(file) ? 200 : 404;
      response.end(admitted ? packages.get(file) : undefined);
    },
  );
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `https://127.0.0.1:${server.address().port}`, ca, key, certificate };
}

/** One authority, and one certificate of it that serves for the server and for clients. */
function certificates(folder) {
  const [ca, key, certificate] = ["ca.pem", "key.pem", "certificate.pem"].map((file) => join(folder, file));
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"];
  const caKey = join(folder, "ca-key.pem");
  command("openssl", [...made, "/CN=charts authority", "-keyout", caKey, "-out", ca]);
  command("openssl", [
    ...[...made, "/CN=charts", "-keyout", key, "-out", certificate, "-CA", ca, "-CAkey", caKey],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
  return { ca, key, certificate };
}
