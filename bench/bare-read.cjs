// The peer of `validate`: reads and parses the same files, and does nothing with them.
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { load } = require("js-yaml");

function read(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) read(path);
    else load(readFileSync(path, "utf8"));
  }
}

read(process.argv[2]);
