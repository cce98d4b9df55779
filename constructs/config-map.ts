import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { type ConfigMapSpec, configMap } from "../kinds/config-map";
import { namespace } from "../kinds/namespace";
import { dependOn, idOf, type KindConstruct, unlessEmpty } from "./construct";

/** A config map, made after its namespace. */
export const construct: KindConstruct<ConfigMapSpec> = {
  kind: configMap,
  node(scope, { spec, address }, stack) {
    const { name, labels, annotations, data, binary_data, immutable } = spec;
    const made = new ConfigMapV1(scope, idOf(ConfigMapV1, address), {
      metadata: { name, namespace: spec.namespace, labels, annotations },
      data: unlessEmpty(data),
      binaryData: unlessEmpty(binary_data),
      immutable,
    });
    dependOn(made, stack.after(namespace, spec.namespace));
  },
};
