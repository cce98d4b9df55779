import { z } from "zod";
import { Fault, field, refuse, show, texts } from "./fields";
import type { Kind } from "./kind";

/** A name that Kubernetes takes for most things: RFC 1123, lower case. `max` 63 for labels, 253 for subdomains. */
export function kubernetesName(description: string, max: 63 | 253 = 63, of?: string): z.ZodType<string> {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  const pattern = new RegExp(max === 63 ? `^${label}$` : `^${label}(\\.${label})*$`);
  const json = { type: "string", pattern: pattern.source, maxLength: max };
  return field({ description, words: "name", ...(of ? { of } : {}) }, json, (value) => {
    if (typeof value === "string" && value.length <= max && pattern.test(value)) return value;
    const dots = max === 63 ? "" : ", `.`";
    return new Fault(
      `${show(value)} is no name that Kubernetes takes`,
      `write at most ${max} lower-case letters, digits, \`-\`${dots}; the first and the last are letters or digits`,
      "name",
    );
  });
}

/** Labels and annotations, which anything in Kubernetes may carry (Kubernetes, labels and selectors; annotations). */
export const marks = {
  labels: texts({ description: "Labels." }, 63)
    .superRefine((entries, context) => {
      refuseMarkKeys(entries, context);
      for (const [key, value] of Object.entries(entries)) {
        if (value === "" || WORD.test(value)) continue;
        const help = `write ${WORD_HELP}; other texts are annotations`;
        refuse(context, new Fault(`${show(value)} is no value of a label`, help, "name"), [key]);
      }
    })
    .optional(),
  annotations: texts({ description: "Annotations." }, 262_144)
    .superRefine((entries, context) => {
      refuseMarkKeys(entries, context);
      const bytes = Object.entries(entries)
        .flat()
        .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      if (bytes <= 262_144) return;
      const message = `the annotations have ${bytes} bytes together`;
      refuse(context, new Fault(message, "keep them within 262144: 256 KiB", "range"));
    })
    .optional(),
};

const WORD = /^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
const WORD_HELP = "at most 63 letters, digits, `-`, `_`, `.`, the first and the last a letter or digit";
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Keys of labels and annotations: a word, or a domain's name, a slash and a word. */
function refuseMarkKeys(entries: Readonly<Record<string, string>>, context: z.core.$RefinementCtx): void {
  for (const key of Object.keys(entries)) {
    const [word = "", prefix, ...more] = key.split("/").reverse();
    const fits = prefix === undefined || (prefix.length <= 253 && PREFIX.test(prefix));
    if (more.length === 0 && fits && WORD.test(word)) continue;
    const help = `write ${WORD_HELP}, behind a domain and a slash if you like: example.org/${word.replace(/[^-_.A-Za-z0-9]/g, "") || "team"}`;
    refuse(context, new Fault(`${show(key)} is no key that Kubernetes takes`, help, "key"), [key]);
  }
}

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
  lost: "Kubernetes deletes all that is in it, volumes included.",
  forces: { name: "value" },
  unmanaged: "namespaces",
  always: ["default", "kube-system", "kube-public", "kube-node-lease"],
  identity: [["namespace", "name"]],
  document,
  resolve: ({ namespace: written }) => ({ spec: written }),
};
