// Servers that Debian does not have: `e2e/plugins/build` makes them from Go modules, once for all clouds.
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BUILD = join(dirname(dirname(fileURLToPath(import.meta.url))), "plugins/build");

/** Where a program of a cloud lies; `provide` puts it there. */
export const programOf = (setting, name) => join(setting.folder, "bin", name);

/** Makes sure of a program: builds it if the cache lacks it, and links it into the cloud. */
export async function provide(setting, name, say) {
  const link = programOf(setting, name);
  const built = await build(name, say);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(built, `${link}.${process.pid}`);
  renameSync(`${link}.${process.pid}`, link);
}

/** Builds beside whatever else is prepared meanwhile, and returns the program's path. */
function build(name, say) {
  return new Promise((done, failed) => {
    const child = spawn(BUILD, ["--servers", "--env", name], { stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      for (const line of text.split("\n").filter(Boolean)) {
        said.push(line);
        if (line.startsWith("plugins: ")) say(line.slice("plugins: ".length));
      }
    });
    child.once("error", (error) => failed(new Error(`${BUILD} did not start: ${error.message}`)));
    child.once("close", (code) => {
      const path = /^export \w+='(.*)'$/m.exec(printed)?.[1];
      if (code === 0 && path) return done(path);
      failed(
        new Error(`${name}, which this cloud needs, could not be built:\n${said.slice(-25).join("\n")}`),
      );
    });
  });
}
