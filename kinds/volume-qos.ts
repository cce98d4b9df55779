import { z } from "zod";
import { choice, name, texts } from "./fields";
import type { Kind } from "./kind";

const document = z.strictObject({
  "volume-qos": z
    .strictObject({
      name: name({ description: "The QoS's name. A change replaces it.", examples: ["ssd-limits"] }),
      consumer: choice({ description: "Who enforces it." }, ["front-end", "back-end", "both"]).default(
        "back-end",
      ),
      specs: texts(
        { description: "Its limits, texts.", examples: [{ total_iops_sec: "2000" }] },
        255,
      ).default({}),
    })
    .meta({ description: "A Cinder QoS specification." }),
});

type Written = z.output<typeof document>;

export type VolumeQosSpec = Written["volume-qos"];

/** A Cinder QoS specification; volume types name it. */
export const volumeQos: Kind<Written, VolumeQosSpec> = {
  name: "volume-qos",
  folder: "volume-qoses",
  provider: "openstack",
  description: "A Cinder QoS specification; volume types name it.",
  resource: "openstack_blockstorage_qos_v3",
  lost: "Volume types that name it lose their limits.",
  forces: { name: "value" },
  identity: [["volume-qos", "name"]],
  document,
  resolve: (written) => ({ spec: written["volume-qos"] }),
  rules: [
    {
      code: "qos-specs",
      check: function* someSpecIsWritten({ spec }) {
        if (Object.keys(spec.specs).length > 0) return;
        const message = `the QoS "${spec.name}" has no specs`;
        const help = "write at least one: Cinder refuses to add specs to a QoS that was made without any";
        yield { path: ["volume-qos", "specs"], message, help };
      },
    },
  ],
};
