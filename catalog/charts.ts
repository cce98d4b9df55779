import { cpSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chartFolder, helmRelease } from "../kinds/helm-release";
import type { Catalog } from "./catalog";

/** Copies the vendored charts that an environment's releases use beside its stack's JSON, which names them relatively. */
export function copyCharts(catalog: Catalog, root: string, outdir: string): void {
  const target = join(outdir, "stacks", catalog.stackOf("kubernetes"), "charts");
  rmSync(target, { recursive: true, force: true });
  const folders = new Map<string, string>();
  for (const { spec } of catalog.all(helmRelease).values()) {
    const folder = spec.repository && chartFolder(spec.repository, spec.chart);
    if (folder) folders.set(folder.copy, folder.source);
  }
  for (const [copy, source] of folders) {
    const to = join(outdir, "stacks", catalog.stackOf("kubernetes"), copy);
    mkdirSync(to, { recursive: true });
    // Links could lead out of the data root: they are left out.
    cpSync(join(root, source), to, { recursive: true, filter: (file) => !lstatSync(file).isSymbolicLink() });
  }
}
