import type { Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { valueAt } from "./entity-view";
import type { Call } from "./verb";

/** One condition of a list. */
export interface Filter {
  /** The value that it looks at. */
  readonly path?: string;
  keeps(row: { readonly kind: AnyKind; readonly entity: Located }): boolean;
}

/** The conditions that flags state; all of them must hold. */
export function filterOf(flags: Call["flags"]): Filter[] {
  return [
    ...textsOf(flags["domain"]).map((name) => livesIn("domain", name)),
    ...textsOf(flags["namespace"]).map((name) => livesIn("namespace", name)),
    ...textsOf(flags["match"]).map(matches),
    ...textsOf(flags["where"]).map(where),
  ];
}

/** The texts of a flag, given once, several times or not at all. */
export function textsOf(flag: Call["flags"][string]): string[] {
  return [flag ?? []].flat().filter((one) => typeof one === "string");
}

/** What lives in a domain or namespace, what names it as its own, and the domain or namespace itself. */
function livesIn(container: "domain" | "namespace", name: string): Filter {
  return {
    keeps({ kind, entity }) {
      if (kind.name === container) return entity.key === name;
      if (kind.within === container) return entity.key.startsWith(`${name}/`);
      return valueAt(kind, entity, container) === name;
    },
  };
}

function matches(glob: string): Filter {
  return {
    keeps: ({ entity: { key } }) =>
      isLike(key, glob) || (!glob.includes("/") && isLike(key.slice(key.lastIndexOf("/") + 1), glob)),
  };
}

function where(condition: string): Filter {
  const at = condition.indexOf("=");
  const path = at < 0 ? condition : condition.slice(0, at);
  const wanted = at < 0 ? undefined : condition.slice(at + 1);
  return {
    path,
    keeps({ kind, entity }) {
      const value = valueAt(kind, entity, path);
      if (wanted === undefined) return value !== undefined;
      return value !== undefined && [value].flat().some((one) => String(one) === wanted);
    },
  };
}

/** Does a text fit a pattern in which `*` is any text and `?` one sign? In the time of one walk along each star. */
export function isLike(text: string, glob: string): boolean {
  let [at, from, star, tried] = [0, 0, -1, 0];
  while (at < text.length) {
    if (glob[from] === "*") {
      star = from++;
      tried = at;
    } else if (from < glob.length && (glob[from] === "?" || glob[from] === text[at])) {
      at++;
      from++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++tried;
    } else return false;
  }
  while (glob[from] === "*") from++;
  return from === glob.length;
}
