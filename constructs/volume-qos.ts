import { BlockstorageQosV3 } from "@cdktf/provider-openstack/lib/blockstorage-qos-v3";
import { type VolumeQosSpec, volumeQos } from "../kinds/volume-qos";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/** A QoS specification of volumes. */
export const construct: KindConstruct<VolumeQosSpec> = {
  kind: volumeQos,
  node(scope, { spec, address }) {
    const { name, consumer, specs } = spec;
    new BlockstorageQosV3(scope, idOf(BlockstorageQosV3, address), {
      name,
      consumer,
      specs: unlessEmpty(specs),
    });
  },
};
