// Speed and memory against peers, in one run, as ratios. Prints tables; judges nothing.
// A synth beside a bare cdktf loop that makes the same resources; `validate` beside reading and parsing the same files.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "../bin/build.mjs";
import { compare, here, inFolder, printRow, ROUNDS, sizes } from "./measure.mjs";
import { writeRealSite } from "./real-site.mjs";
import { FLAVORS, writeSite } from "./site.mjs";

const require = createRequire(import.meta.url);
const version = (name) => `${name} ${require(`${name}/package.json`).version}`;
const program = join(here, "../bin/cloud-entities.mjs");

build();
console.log(
  `node ${process.version}, ${version("cdktf")}, ${version("js-yaml")}; median of ${ROUNDS} rounds, the two in turn\n`,
);
console.log("synth, against a bare cdktf loop");
console.log("projects  resources   ours: s    MB   bare loop: s    MB   ratio: time  memory");
for (const projects of sizes("250,1000,2000")) {
  inFolder((folder) => {
    writeSite(folder, projects);
    for (const side of ["ours", "bare"]) mkdirSync(join(folder, side));
    const ours = [program, "synth", "--root", folder, "--output", join(folder, "ours")];
    const bare = [join(here, "bare.cjs"), projects, join(folder, "bare"), FLAVORS];
    const cells = compare(ours, bare, folder);
    printRow([projects, projects * 17 + FLAVORS + 3, ...cells], [8, 10, 10, 5, 14, 5, 12, 7]);
  });
}

console.log("\nvalidate, against reading and parsing the same files");
console.log("projects   ours: s    MB   bare read: s    MB   ratio: time  memory");
for (const projects of sizes("250,1000,5000")) {
  inFolder((folder) => {
    const site = join(folder, "site");
    writeRealSite(site, projects);
    const cells = compare([program, "validate", "--root", site], [join(here, "bare-read.cjs"), site], folder);
    printRow([projects, ...cells], [8, 10, 5, 14, 5, 12, 7]);
  });
}
