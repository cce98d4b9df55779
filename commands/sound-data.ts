import { type Loaded, load } from "../catalog/load";
import { EXIT, type ExitCode } from "./exit";
import { problemsAsText } from "./problems-text";
import type { Call } from "./verb";

/** The data, read and without an error; or how the attempt ended, its errors told. Warnings are for `validate`. */
export function soundData({ request, streams }: Call): Loaded | { readonly exit: ExitCode } {
  const loaded = load(request);
  const errors = loaded.problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return loaded;
  streams.err(problemsAsText(errors, loaded, streams));
  return { exit: EXIT.problems };
}
