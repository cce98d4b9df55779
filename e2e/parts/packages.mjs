// Debian packages: some are installed, some only unpacked, for what they would do to the machine when installed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./process.mjs";

const QUIET = {
  ...process.env,
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
  LC_ALL: "C.UTF-8",
};
const POLICY = "/usr/sbin/policy-rc.d";

/** Makes sure of packages: `installed` by apt, `unpacked` each into a folder of the cache. `say` tells of what takes time. */
export function packages(setting, { installed = [], unpacked = [] }, say) {
  const missing = installed.filter((name) => !versionOf(name));
  const absent = unpacked.filter((name) => !existsSync(join(setting.unpacked, name)));
  if (missing.length + absent.length === 0) return;
  const names = [...missing, ...absent].join(" ");
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get"))
    throw new Error(`these Debian packages are needed, and this machine has no apt-get: ${names}`);
  if (missing.length > 0 && process.getuid() !== 0)
    throw new Error(
      `these packages are needed; install them as root: apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
  say(`${missing.length} Debian packages to install and ${absent.length} to unpack, a few minutes …`);
  if (missing.length > 0) install(missing);
  if (absent.length > 0) unpack(setting, absent);
}

/** The version of an installed package; nothing if it is not. */
export function versionOf(name) {
  try {
    const said = command("dpkg-query", ["-W", "-f", "${db:Status-Abbrev}${Version}", name]);
    return said.startsWith("ii") ? said.slice(2).trim() : undefined;
  } catch {
    return undefined;
  }
}

function install(names) {
  // A server that a package would start by itself would take our ports.
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    apt("update");
    apt(
      ...["install", "-y", "--no-install-recommends"],
      ...["--force-unsafe-io", "--force-confold", "--force-confdef"].flatMap((o) => [
        "-o",
        `Dpkg::Options::=${o}`,
      ]),
      ...names,
    );
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

function unpack(setting, names) {
  mkdirSync(setting.unpacked, { recursive: true });
  const scratch = mkdtempSync(join(setting.cache, ".unpacking-"));
  try {
    // Lists may be missing on a new machine even when nothing had to be installed.
    if (names.some((name) => !/Candidate: (?!\(none\))/.test(command("apt-cache", ["policy", name]))))
      apt("update");
    command("apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", ...names], {
      cwd: scratch,
      env: QUIET,
    });
    for (const file of readdirSync(scratch).filter((one) => one.endsWith(".deb"))) {
      const name = file.split("_")[0];
      command("dpkg-deb", ["-x", join(scratch, file), join(scratch, name)]);
      rmSync(join(setting.unpacked, name), { recursive: true, force: true });
      renameSync(join(scratch, name), join(setting.unpacked, name));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function apt(...args) {
  const patient = [
    "-q",
    "-o",
    "DPkg::Lock::Timeout=900",
    "-o",
    "Dpkg::Use-Pty=0",
    "-o",
    "Acquire::Retries=3",
  ];
  command("apt-get", [...patient, ...args], { env: QUIET });
}
