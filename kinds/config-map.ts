import { z } from "zod";
import { type About, Fault, field, flag, map, refuse, show, text } from "./fields";
import { type Kind, type Rule, refer } from "./kind";
import { kubernetesName, marks } from "./namespace";

/** What a config map or a secret may hold at most (Kubernetes, ConfigMaps): 1 MiB. */
const MOST = 2 ** 20;

/** A map whose keys become file names: those that Kubernetes takes. */
export function dataMap<T>(about: About, of: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return map(about, of).superRefine((entries, context) => {
    for (const entry of Object.keys(entries)) {
      if (/^[-._a-zA-Z0-9]{1,253}$/.test(entry) && entry !== "." && !entry.startsWith("..")) continue;
      const help = "at most 253 letters, digits, `-`, `_`, `.`, not beginning with two dots";
      const message = `${show(entry)} is no key that Kubernetes takes`;
      refuse(context, new Fault(message, help, "key"), [entry]);
    }
  });
}

/** Bytes in base64, spelled as they are read back: on one line, with padding. */
function base64(about: About): z.ZodType<string> {
  return field(about, { type: "string", contentEncoding: "base64" }, (value) => {
    if (typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value) return value;
    return new Fault("this is not base64 on one line", "write the output of `base64 -w0`");
  });
}

const document = z.strictObject({
  "config-map": z
    .strictObject({
      name: kubernetesName("The config map's name.", 253),
      namespace: kubernetesName("The namespace that it lives in."),
      data: dataMap(
        { description: "Its data, texts.", examples: [{ region: "Brno1" }] },
        text({ description: "The value, a text: quote numbers and truth values." }, MOST),
      ).default({}),
      binary_data: dataMap(
        { description: "Its data that is no text, in base64." },
        base64({ description: "The value in base64, on one line." }),
      ).default({}),
      immutable: flag({ description: "Whether it cannot be changed, only replaced." }).optional(),
      ...marks,
    })
    .meta({ description: "A Kubernetes config map." }),
});

type Written = z.output<typeof document>;

export type ConfigMapSpec = Written["config-map"];

const noKeyStandsTwice: Rule<Written, ConfigMapSpec>["check"] = function* ({ spec }) {
  for (const key of Object.keys(spec.binary_data)) {
    if (!Object.hasOwn(spec.data, key)) continue;
    yield {
      path: ["config-map", "binary_data", key],
      message: `\`${key}\` stands in \`data\` too`,
      help: "keep one of the two",
    };
  }
};

/** A Kubernetes config map. */
export const configMap: Kind<Written, ConfigMapSpec> = {
  name: "config-map",
  folder: "config-maps",
  provider: "kubernetes",
  description: "A Kubernetes config map.",
  resource: "kubernetes_config_map_v1",
  forces: { name: "value", namespace: "value" },
  identity: [
    ["config-map", "namespace"],
    ["config-map", "name"],
  ],
  document,
  references: ({ "config-map": written }) => refer("namespace", written.namespace, "config-map", "namespace"),
  resolve: ({ "config-map": written }) => ({ spec: written }),
  rules: [{ code: "duplicate", check: noKeyStandsTwice }],
};
