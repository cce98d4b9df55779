import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Loaded, load } from "../catalog/load";
import { kinds } from "../kinds/kinds";

/**
 * A scenario in one text file. Lines `-- name --` begin its parts: files of a data root, then what is expected.
 * A part called `problems`, `json …`, `$ …` or `mended …` is no file, nor is `environment`, the name that is chosen by
 * `--environment`. Without an environment.yaml the default one is taken.
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

/** Is the part no file of the site, but what is asked for or expected? */
export function isExpectation(part: string): boolean {
  return ["problems", "environment"].includes(part) || /^(json|mended|\$) /.test(part);
}

/**
 * The site as it is when its mistake is mended: files of parts called `mended <file>` instead of those of that name;
 * one that is empty takes the file away.
 */
export function mended(parts: ReadonlyMap<string, string>): Map<string, string> {
  const site = new Map([...parts].filter(([name]) => !name.startsWith("mended ")));
  for (const [name, content] of parts) {
    if (!name.startsWith("mended ")) continue;
    const file = name.slice("mended ".length);
    if (content === "") site.delete(file);
    else site.set(file, content);
  }
  return site;
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

export function loadSite(root: string, environments: readonly string[] = []): Loaded {
  return load({ root, environments, asOf: AS_OF, kinds });
}
