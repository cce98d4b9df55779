import { domain } from "../kinds/domain";
import type { EntityStack } from "./stack";

/** What a data source looks up by where names are unique in a domain; the key is `<domain>/<name>`. */
export function inDomain(key: string, stack: EntityStack): { name: string; domainId: string } {
  const [domainName = "", name = ""] = key.split("/");
  return { name, domainId: stack.reference(domain, domainName) };
}
