import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { namespace } from "../kinds/namespace";
import { type SecretSpec, secret } from "../kinds/secret";
import { dependOn, idOf, type KindConstruct } from "./construct";

/** A secret, made after its namespace. Each value is a sensitive variable of the stack. */
export const construct: KindConstruct<SecretSpec> = {
  kind: secret,
  node(scope, { spec, address }, stack) {
    const { name, labels, annotations, type, immutable } = spec;
    const data = Object.fromEntries(
      Object.entries(spec.data).map(([key, value]) => [key, stack.secret(value.secret)]),
    );
    const made = new SecretV1(scope, idOf(SecretV1, address), {
      metadata: { name, namespace: spec.namespace, labels, annotations },
      ...{ type, immutable },
      // Absent would mean: leave what is there.
      data,
    });
    dependOn(made, stack.after(namespace, spec.namespace));
  },
};
