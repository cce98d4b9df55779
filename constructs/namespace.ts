import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { type NamespaceSpec, namespace } from "../kinds/namespace";
import { idOf, type KindConstruct } from "./construct";

/** A Kubernetes namespace. */
export const construct: KindConstruct<NamespaceSpec> = {
  kind: namespace,
  node(scope, { spec, address }) {
    const { name, labels, annotations } = spec;
    new NamespaceV1(scope, idOf(NamespaceV1, address), { metadata: { name, labels, annotations } });
  },
};
