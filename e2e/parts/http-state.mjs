// State over HTTP on loopback, as GitLab keeps it; the server is ours and says what it is.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { http } from "./process.mjs";

const SERVER = fileURLToPath(new URL("http-state/server.mjs", import.meta.url));

export const httpState = {
  name: "http-state",
  packages: {},

  async prepare(setting) {
    mkdirSync(folderOf(setting), { recursive: true, mode: 0o700 });
  },

  daemons(setting) {
    const port = setting.port["http-state"];
    return [
      {
        name: "http-state",
        command: process.execPath,
        args: [SERVER, String(port), folderOf(setting)],
        env: { HTTP_STATE_TOKEN: setting.password },
        port,
        health: http(`http://127.0.0.1:${port}/`, [401]),
      },
    ];
  },

  /** A state's address is `$E2E_HTTP_STATE/NAME`, its lock's `$E2E_HTTP_STATE/NAME/lock` (POST) and (DELETE). */
  variables(setting) {
    const base = `http://127.0.0.1:${setting.port["http-state"]}/api/v4/projects/1/terraform/state`;
    return { TF_HTTP_USERNAME: "terraform", TF_HTTP_PASSWORD: setting.password, E2E_HTTP_STATE: base };
  },
};

const folderOf = (setting) => join(setting.folder, "var/http-state");
