import { z } from "zod";
import { type Finder, type Match, type Row, text } from "./finder";

/** A `metadata` block. */
const metadata = z.object({ name: z.string(), namespace: z.string().default("default") });

const namespaces: Finder = {
  by: ["metadata"],
  async find(wanted, { kubernetes }) {
    const { name } = metadata.parse(wanted["metadata"]);
    const items = await kubernetes().list("/api/v1/namespaces");
    return items.filter((item) => item.name === name).map(() => match(name));
  },
};

/** Objects of a namespace, by name; their data is not read. */
function namespaced(path: string): Finder {
  return {
    by: ["metadata"],
    async find(wanted, { kubernetes }) {
      const { name, namespace } = metadata.parse(wanted["metadata"]);
      const items = await kubernetes().list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/${path}`);
      return items.filter((item) => item.name === name).map(() => match(`${namespace}/${name}`));
    },
  };
}

/** Helm keeps each revision of a release in a secret of its namespace. */
const releases: Finder = {
  by: ["name", "namespace"],
  identity: ({ namespace, name }) => `${namespace}/${name}`,
  async find(wanted, { kubernetes }) {
    const [name, namespace] = [text(wanted, "name"), text(wanted, "namespace")];
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
    const revisions = await kubernetes().list(path, { labelSelector: "owner=helm" });
    const isThere = revisions.some(
      ({ labels }) => labels?.["name"] === name && labels["status"] !== "uninstalled",
    );
    const importId = `${namespace}/${name}`;
    return isThere ? [{ importId, attributes: { id: name, name, namespace } }] : [];
  },
};

function match(importId: string): Match {
  return { importId, attributes: { id: importId } };
}

/** What lives in Kubernetes. */
export const KUBERNETES: Readonly<Record<string, Row>> = {
  kubernetes_namespace_v1: namespaces,
  kubernetes_config_map_v1: namespaced("configmaps"),
  kubernetes_secret_v1: namespaced("secrets"),
  helm_release: releases,
};
