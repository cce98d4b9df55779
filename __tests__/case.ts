import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Loaded, load } from "../catalog/load";
import { kinds } from "../kinds/kinds";

/**
 * A scenario in one text file. Lines `-- name --` begin its parts: files of a data root, then what is expected.
 * A part called `problems`, `json …` or `$ …` is no file. Without an environment.yaml the default one is taken.
 */
export interface Case {
  readonly title: string;
  readonly file: string;
  readonly parts: ReadonlyMap<string, string>;
}

export const DEFAULT_ENVIRONMENT = `environment:
  name: test
  state: {backend: local, path: "state/{stack}"}
  openstack:
    services: [compute, volume, network, load-balancer, key-manager]
    unmanaged: {domains: [Default], roles: [member, reader], volume-types: [__DEFAULT__]}
  kubernetes: {config_path: ~/.kube/config}
`;

const PART = /^-- (.+) --$/;

/** Every case below a folder of `__tests__`, by kind and name. */
export function casesIn(folder: string): Case[] {
  const root = join(__dirname, folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".txt"),
  );
  return files.sort().map((file) => ({
    title: file.slice(0, -4),
    file: join(root, file),
    parts: partsOf(readFileSync(join(root, file), "utf8")),
  }));
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.split("\n")) {
    const begins = PART.exec(line)?.[1];
    if (begins !== undefined) {
      name = begins;
      parts.set(name, "");
    } else if (name !== undefined) parts.set(name, `${parts.get(name) ?? ""}${line}\n`);
  }
  for (const [part, content] of parts) parts.set(part, content.replace(/\n$/, ""));
  return parts;
}

/** Is the part an expectation, rather than a file of the site? */
export function isExpectation(part: string): boolean {
  return part === "problems" || part.startsWith("json ") || part.startsWith("$ ");
}

/** Lays the files of a case out and hands their root to a function. */
export function withSite<T>(parts: ReadonlyMap<string, string>, use: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), "cloud-entities-"));
  try {
    const files = new Map(parts);
    if (![...parts.keys()].some((name) => name.endsWith("/environment.yaml")))
      files.set("environments/test/environment.yaml", DEFAULT_ENVIRONMENT);
    for (const [name, content] of files) {
      if (isExpectation(name)) continue;
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const AS_OF = "2026-11-21";

export function loadSite(root: string): Loaded {
  return load({ root, environments: [], asOf: AS_OF, kinds });
}
