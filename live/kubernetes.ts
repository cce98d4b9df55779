import { z } from "zod";
import { jsonOf } from "./json";
import type { KubernetesLogin } from "./kubeconfig";
import { Requests } from "./requests";
import { type Transport, transport } from "./transport";
import { WorldError } from "./world";

/** What is read of an object: never its data, which may be secret. */
const metadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

export type ObjectMetadata = z.infer<typeof metadata>;

const page = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  // An empty list may be null.
  items: z.array(z.object({ metadata })).nullish(),
});

/** Asks for metadata alone: the values of secrets do not travel. */
const ACCEPT = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** A live Kubernetes, read-only. */
export class Kubernetes {
  private readonly lists = new Map<string, Promise<readonly ObjectMetadata[]>>();
  private session: Promise<{ login: KubernetesLogin; requests: Requests }> | undefined;

  constructor(
    private readonly login: () => Promise<KubernetesLogin>,
    private readonly connect: (login: KubernetesLogin) => Transport = ({ tls }) => transport(tls),
  ) {}

  /** The metadata of all objects at a path; each is asked for once. A namespace that is not there has none. */
  list(path: string, query: Readonly<Record<string, string>> = {}): Promise<readonly ObjectMetadata[]> {
    const known = JSON.stringify([path, query]);
    const earlier = this.lists.get(known);
    if (earlier) return earlier;
    const list = this.pages(path, query);
    this.lists.set(known, list);
    return list;
  }

  private async pages(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly ObjectMetadata[]> {
    this.session ??= this.begin();
    const { login, requests } = await this.session;
    const items: ObjectMetadata[] = [];
    for (let next: string | undefined = ""; next !== undefined; ) {
      const url = new URL(`${login.server}${path}`);
      const asked = { ...query, limit: "500", ...(next === "" ? {} : { continue: next }) };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      const { authorization } = login;
      const headers = {
        Accept: ACCEPT,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      };
      const { status, body } = await requests.send({ method: "GET", url: url.href, headers });
      const parsed = page.safeParse(jsonOf(body));
      const where = `${url.origin}${url.pathname}`;
      if (status === 401 || status === 403) throw new WorldError(`${where} is refused (HTTP ${status})`);
      if (status !== 200 || !parsed.success) throw new WorldError(`${where} fails with HTTP ${status}`);
      items.push(...(parsed.data.items ?? []).map((item) => item.metadata));
      next = parsed.data.metadata.continue || undefined;
    }
    return items;
  }

  private async begin() {
    const login = await this.login();
    return { login, requests: new Requests(this.connect(login)) };
  }
}
