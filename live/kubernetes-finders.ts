import type { Row } from "./finder";

const notYet: Row = { notImported: "Kubernetes is not looked at yet: import what exists by hand" };

/** What lives in Kubernetes. */
export const KUBERNETES: Readonly<Record<string, Row>> = {
  kubernetes_namespace_v1: notYet,
  kubernetes_config_map_v1: notYet,
  kubernetes_secret_v1: notYet,
  helm_release: notYet,
};
