import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/**
 * How the paths of a data root are seen from the repository that holds it, where a forge shows them: from the top of
 * the git work tree around the root, else from the current folder if the root lies in it, else from the root itself.
 */
export function pathsInRepository(root: string, cwd: string): (file: string) => string {
  const real = existsSync(root) ? realpathSync(root) : root;
  const top = workTreeOf(real) ?? (existsSync(cwd) ? realpathSync(cwd) : cwd);
  const way = relative(top, real).split(sep);
  const isInside = way[0] !== ".." && way.join("/") !== real.split(sep).join("/");
  const prefix = isInside ? way.filter((part) => part !== "") : [];
  return (file) => [...prefix, file].join("/");
}

/** The folder that holds `.git`, the root or one above it. */
function workTreeOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : workTreeOf(above);
}
