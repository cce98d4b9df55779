// S3 on loopback: Versity's gateway before a folder, in which each folder is a bucket.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { http } from "./process.mjs";
import { programOf, provide } from "./programs.mjs";

const BUCKET = "terraform";

export const s3 = {
  name: "s3",
  packages: {},

  async prepare(setting, say) {
    await provide(setting, "versitygw", say);
    const { objects, metadata } = foldersOf(setting);
    for (const folder of [join(objects, BUCKET), metadata])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  },

  daemons(setting) {
    const { objects, metadata } = foldersOf(setting);
    const port = setting.port.s3;
    return [
      {
        name: "versitygw",
        command: programOf(setting, "versitygw"),
        // Not every filesystem has the extended attributes that it would use without --sidecar.
        args: ["--port", `127.0.0.1:${port}`, "--health", "/health", "posix", "--sidecar", metadata, objects],
        env: {
          ROOT_ACCESS_KEY: keysOf(setting).AWS_ACCESS_KEY_ID,
          ROOT_SECRET_KEY: keysOf(setting).AWS_SECRET_ACCESS_KEY,
        },
        port,
        health: http(`http://127.0.0.1:${port}/health`),
      },
    ];
  },

  variables(setting) {
    return { ...keysOf(setting), E2E_S3_ENDPOINT: `http://127.0.0.1:${setting.port.s3}` };
  },
};

const foldersOf = (setting) => ({
  objects: join(setting.folder, "var/s3/objects"),
  metadata: join(setting.folder, "var/s3/metadata"),
});

const keysOf = (setting) => ({ AWS_ACCESS_KEY_ID: "terraform", AWS_SECRET_ACCESS_KEY: setting.password });
