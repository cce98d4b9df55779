import { z } from "zod";
import { type About, Fault, field, flag, map, refuse, show, text } from "./fields";
import { type Kind, type Rule, refer } from "./kind";
import { kubernetesName, marks } from "./namespace";

/** What a config map or a secret may hold at most (Kubernetes, ConfigMaps): 1 MiB. */
const MOST = 2 ** 20;

/** A map whose keys become file names: those that Kubernetes takes. */
export function dataMap<T>(about: About, of: z.ZodType<T>): z.ZodType<Record<string, T>> {
  const checked = map(about, of).superRefine((entries, context) => {
    for (const entry of Object.keys(entries)) {
      if (DATA_KEY.test(entry)) continue;
      const help = "write at most 253 letters, digits, `-`, `_`, `.`, not beginning with two dots";
      const message = `${show(entry)} is no key that Kubernetes takes`;
      refuse(context, new Fault(message, help, "key"), [entry]);
    }
  });
  return checked.meta({ ...about, json: { propertyNames: { pattern: DATA_KEY.source } } });
}

const DATA_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Bytes in base64, spelled as they are read back: on one line, with padding. */
function base64(about: About): z.ZodType<string> {
  const json = { type: "string", contentEncoding: "base64", pattern: "^[A-Za-z0-9+/]*={0,2}$" };
  return field({ words: "base64", ...about }, json, (value) => {
    if (typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value) return value;
    return new Fault("this is not base64 on one line", "write the output of `base64 -w0`");
  });
}

const document = z.strictObject({
  "config-map": z
    .strictObject({
      name: kubernetesName("The config map's name.", 253),
      namespace: kubernetesName("The namespace that it lives in.", 63, "namespace"),
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

/** Values of binary data count as the bytes that they stand for. */
const dataFitsAConfigMap: Rule<Written, ConfigMapSpec>["check"] = function* ({ spec }) {
  const bytes = [
    ...Object.values(spec.data).map((value) => Buffer.byteLength(value)),
    ...Object.values(spec.binary_data).map((value) => Buffer.byteLength(value, "base64")),
  ].reduce((sum, size) => sum + size, 0);
  if (bytes <= MOST) return;
  yield {
    path: ["config-map", "data"],
    message: `the config map "${spec.name}" holds ${bytes} bytes`,
    help: `Kubernetes keeps at most ${MOST} in one: make several of it`,
  };
};

/** A Kubernetes config map. */
export const configMap: Kind<Written, ConfigMapSpec> = {
  name: "config-map",
  folder: "config-maps",
  provider: "kubernetes",
  description: "A Kubernetes config map.",
  resource: "kubernetes_config_map_v1",
  lost: "Pods that mount it no longer start.",
  forces: { name: "value", namespace: "value" },
  identity: [
    ["config-map", "namespace"],
    ["config-map", "name"],
  ],
  document,
  references: ({ "config-map": written }) => refer("namespace", written.namespace, "config-map", "namespace"),
  resolve: ({ "config-map": written }) => ({ spec: written }),
  rules: [
    { code: "duplicate", check: noKeyStandsTwice },
    { code: "range", check: dataFitsAConfigMap },
  ],
};
