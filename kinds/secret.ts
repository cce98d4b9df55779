import { z } from "zod";
import { dataMap } from "./config-map";
import { type About, filled, flag, secret as secretValue, withheld } from "./fields";
import { type Kind, type Rule, refer } from "./kind";
import { kubernetesName, marks } from "./namespace";

const aboutData: About = {
  description: "Its data: of each key the name of a secret.",
  examples: [{ password: { secret: "keystone_admin_password" } }],
};

const data = dataMap(aboutData, secretValue({ description: "The value, by the name of its secret." }));

const document = z.strictObject({
  secret: z
    .strictObject({
      name: kubernetesName("The secret's name.", 253),
      namespace: kubernetesName("The namespace that it lives in.", 63, "namespace"),
      type: filled({
        description: "What Kubernetes takes it for. A change replaces it.",
        examples: ["kubernetes.io/tls"],
      }).default("Opaque"),
      data: withheld(aboutData, data, "write `<key>: {secret: <name>}` for each key").default({}),
      immutable: flag({ description: "Whether it cannot be changed, only replaced." }).optional(),
      ...marks,
    })
    .meta({ description: "A Kubernetes secret. Values never stand in files." }),
});

type Written = z.output<typeof document>;

export type SecretSpec = Written["secret"];

/** Keys that Kubernetes wants in secrets of a type: of each inner list at least one (Kubernetes, types of Secret). */
const KEYS_OF_TYPE = new Map([
  ["kubernetes.io/basic-auth", [["username", "password"]]],
  ["kubernetes.io/dockercfg", [[".dockercfg"]]],
  ["kubernetes.io/dockerconfigjson", [[".dockerconfigjson"]]],
  ["kubernetes.io/ssh-auth", [["ssh-privatekey"]]],
  ["kubernetes.io/tls", [["tls.crt"], ["tls.key"]]],
]);

const keysFitTheType: Rule<Written, SecretSpec>["check"] = function* ({ spec }) {
  const lacking = (KEYS_OF_TYPE.get(spec.type) ?? []).filter(
    (keys) => !keys.some((key) => Object.hasOwn(spec.data, key)),
  );
  if (lacking.length === 0) return;
  const keys = lacking
    .map((alternatives) => alternatives.map((key) => `\`${key}\``).join(" or "))
    .join(" and ");
  yield {
    path: ["secret", "data"],
    message: `a secret of the type ${spec.type} lacks ${keys}`,
    help: "Kubernetes refuses it without: add the key, or write another `type`",
  };
};

/** A Kubernetes secret: its values are sensitive variables. */
export const secret: Kind<Written, SecretSpec> = {
  name: "secret",
  folder: "secrets",
  provider: "kubernetes",
  description: "A Kubernetes secret, whose values stand in no file.",
  resource: "kubernetes_secret_v1",
  lost: "Pods that mount it no longer start.",
  forces: { name: "value", namespace: "value", type: "value" },
  identity: [
    ["secret", "namespace"],
    ["secret", "name"],
  ],
  document,
  references: ({ secret: written }) => refer("namespace", written.namespace, "secret", "namespace"),
  resolve: ({ secret: written }) => ({ spec: written }),
  rules: [{ code: "secret-type", check: keysFitTheType }],
};
