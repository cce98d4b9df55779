import { z } from "zod";
import { Fault, field, show, texts } from "./fields";
import type { Kind } from "./kind";

/** A name that Kubernetes takes for most things: RFC 1123, lower case. `max` 63 for labels, 253 for subdomains. */
export function kubernetesName(description: string, max: 63 | 253 = 63): z.ZodType<string> {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  const pattern = new RegExp(max === 63 ? `^${label}$` : `^${label}(\\.${label})*$`);
  return field({ description }, { type: "string", pattern: pattern.source, maxLength: max }, (value) => {
    if (typeof value === "string" && value.length <= max && pattern.test(value)) return value;
    const dots = max === 63 ? "" : ", `.`";
    return new Fault(
      `${show(value)} is no name that Kubernetes takes`,
      `at most ${max} lower-case letters, digits, \`-\`${dots}; the first and the last are letters or digits`,
      "name",
    );
  });
}

/** Labels and annotations, which anything in Kubernetes may carry. */
export const marks = {
  labels: texts({ description: "Labels." }, 63).optional(),
  annotations: texts({ description: "Annotations." }, 262_144).optional(),
};

const document = z.strictObject({
  namespace: z
    .strictObject({ name: kubernetesName("The namespace's name."), ...marks })
    .meta({ description: "A Kubernetes namespace." }),
});

type Written = z.output<typeof document>;

export type NamespaceSpec = Written["namespace"];

/** A Kubernetes namespace. */
export const namespace: Kind<Written, NamespaceSpec> = {
  name: "namespace",
  folder: "namespaces",
  provider: "kubernetes",
  description: "A Kubernetes namespace.",
  resource: "kubernetes_namespace_v1",
  forces: { name: "value" },
  unmanaged: "namespaces",
  always: ["default", "kube-system", "kube-public", "kube-node-lease"],
  identity: [["namespace", "name"]],
  document,
  resolve: ({ namespace: written }) => ({ spec: written }),
};
