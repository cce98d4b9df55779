import { jsonOf } from "./json";
import { login, type Session } from "./login";
import type { Requests } from "./requests";
import type { LoginSettings } from "./settings";
import type { Answer } from "./transport";
import { WorldError } from "./world";

/** The services that are looked at: the types they may have in the catalog, and the version that paths begin with. */
const SERVICES = {
  identity: { types: ["identity"], version: "v3" },
  compute: { types: ["compute"], version: "v2.1" },
  network: { types: ["network"], version: "v2.0" },
  volume: { types: ["block-storage", "volumev3", "volume"], version: "v3" },
} as const;

export type ServiceName = keyof typeof SERVICES;

/** A collection of a service. */
export interface Listing {
  readonly service: ServiceName;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The key of the list in the answer. */
  readonly key: string;
  /** The collection is absent where nothing can be in it, such as the accesses of a public flavor. */
  readonly mayLack?: true;
}

/** Pages of one collection that are read at most: more is an answer that runs in circles. */
const PAGES = 1000;

/** A live OpenStack, read-only: after the login it sends nothing but GETs. */
export class OpenStack {
  private readonly lists = new Map<string, Promise<readonly unknown[]>>();
  private session: Promise<Session> | undefined;

  constructor(
    private readonly settings: LoginSettings,
    private readonly requests: Requests,
  ) {}

  get region(): string | undefined {
    return this.settings.region;
  }

  /** All items of a collection; each collection is asked for once. */
  list(listing: Listing): Promise<readonly unknown[]> {
    const known = JSON.stringify([listing.service, listing.path, listing.query]);
    const earlier = this.lists.get(known);
    if (earlier) return earlier;
    const list = this.pages(listing);
    this.lists.set(known, list);
    return list;
  }

  private async pages(listing: Listing): Promise<readonly unknown[]> {
    const { service, path, key, mayLack } = listing;
    const first = new URL(`${await this.endpoint(service)}${path}`);
    for (const [name, values] of Object.entries(listing.query ?? {}))
      for (const value of [values ?? []].flat()) first.searchParams.append(name, value);
    const items: unknown[] = [];
    let url = first;
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await this.get(url);
      if (answer.status === 404 && mayLack) return items;
      const body = this.bodyOf(answer, url);
      const list = body[key];
      if (!Array.isArray(list)) throw new WorldError(`${shown(url)} answers without a list of ${key}`);
      items.push(...list);
      const next = nextPage(body, url);
      if (next === undefined) {
        if (body["truncated"] === true)
          throw new WorldError(`${shown(url)} gives only a part of the list: raise Keystone's list_limit`);
        return items;
      }
      url = next;
    }
    throw new WorldError(`${shown(first)} has more than ${PAGES} pages`);
  }

  private bodyOf(answer: Answer, url: URL): Record<string, unknown> {
    if (answer.status === 401 || answer.status === 403)
      throw new WorldError(`${shown(url)} is refused (HTTP ${answer.status}): the login must be an admin's`);
    const body = jsonOf(answer.body);
    if (answer.status !== 200 || typeof body !== "object" || body === null)
      throw new WorldError(`${shown(url)} fails with HTTP ${answer.status}`);
    return { ...body };
  }

  /** A GET with the token; with a new one if it has expired. */
  private async get(url: URL): Promise<Answer> {
    const session = this.session ?? this.begin();
    const answer = await this.send(url, await session);
    if (answer.status !== 401) return answer;
    // Whoever is refused first logs in again; the others take that token.
    if (this.session === session) this.begin();
    return this.send(url, await (this.session ?? session));
  }

  private async send(url: URL, { token }: Session): Promise<Answer> {
    const headers = { Accept: "application/json", "X-Auth-Token": token };
    return this.requests.send({ method: "GET", url: url.href, headers });
  }

  private begin(): Promise<Session> {
    this.session = login(this.settings, this.requests);
    return this.session;
  }

  /** The URL of a service, with its version, in the region and interface of the login. */
  private async endpoint(service: ServiceName): Promise<string> {
    const { types, version } = SERVICES[service];
    const { region, interface: wanted } = this.settings;
    const { services } = await (this.session ?? this.begin());
    const found = types
      .flatMap((type) => services.filter((one) => one.type === type))
      .flatMap(({ endpoints }) => endpoints)
      .find((one) => one.interface === wanted && (region === undefined || one.region === region));
    if (!found) {
      const where = region === undefined ? "" : ` in the region ${region}`;
      throw new WorldError(`the service catalog has no ${wanted} endpoint of the ${service} service${where}`);
    }
    const url = found.url.replace(/\/+$/, "");
    return /\/v\d+(\.\d+)?(\/|$)/.test(url) ? url : `${url}/${version}`;
  }
}

/** The URL of the next page: Keystone's `links`, or the list of links that other services give. */
function nextPage(body: Record<string, unknown>, here: URL): URL | undefined {
  const links = Object.entries(body).filter(([key]) => key === "links" || key.endsWith("_links"));
  const next = links.map(([, link]) => nextLink(link)).find((href) => href !== undefined);
  if (next === undefined || !URL.canParse(next, here.href)) return undefined;
  // Behind a proxy the link may name another host: only what it asks for counts.
  const url = new URL(here);
  url.search = new URL(next, here).search;
  return url.href === here.href ? undefined : url;
}

function nextLink(links: unknown): string | undefined {
  if (Array.isArray(links)) return links.map((link) => hrefOf(link)).find((href) => href !== undefined);
  const next = typeof links === "object" && links !== null && "next" in links ? links.next : undefined;
  return typeof next === "string" ? next : undefined;
}

function hrefOf(link: unknown): string | undefined {
  if (typeof link !== "object" || link === null || !("rel" in link) || link.rel !== "next") return undefined;
  return "href" in link && typeof link.href === "string" ? link.href : undefined;
}

/** A URL for people: without its query. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
