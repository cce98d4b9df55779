import { suggest } from "../kinds/names";
import { type Files, isYaml } from "./files";
import { type Problems, wholeFile } from "./problem";

/** Where problems stand that concern no file in particular. */
export const ENVIRONMENTS = wholeFile("environments");

/** The environments that were asked for; all, if none was. Those that are not there are problems. */
export function environmentNames(files: Files, asked: readonly string[], problems: Problems): string[] {
  const folders = foldersOf(files, "environments", "environment", problems);
  for (const chosen of asked) {
    if (folders.includes(chosen)) continue;
    const message = `there is no environment ${JSON.stringify(chosen)}`;
    problems.add(ENVIRONMENTS, {
      code: "environment",
      message,
      help: suggest(chosen, folders, "environments"),
    });
  }
  if (folders.length === 0) {
    const help = "make a folder environments/<name> with an environment.yaml in it";
    problems.add(ENVIRONMENTS, { code: "environment", message: "there are no environments", help });
  }
  return folders.filter((name) => asked.length === 0 || asked.includes(name));
}

/** The folders below a folder that holds nothing else; YAML files beside them are problems. */
export function foldersOf(files: Files, path: string, noun: string, problems: Problems): string[] {
  const folders: string[] = [];
  for (const { name, file, type } of files.list(path) ?? []) {
    if (type === "folder") folders.push(name);
    else if (typeof type === "object" || isYaml(name.toLowerCase())) {
      const message = typeof type === "object" ? type.message : `a YAML file outside every ${noun}`;
      const help = `here belong folders, one for each ${noun}`;
      problems.add(wholeFile(file), { code: "file", message, help });
    }
  }
  return folders;
}
