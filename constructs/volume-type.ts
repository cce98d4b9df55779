import { BlockstorageQosAssociationV3 } from "@cdktf/provider-openstack/lib/blockstorage-qos-association-v3";
import { BlockstorageVolumeTypeAccessV3 } from "@cdktf/provider-openstack/lib/blockstorage-volume-type-access-v3";
import { BlockstorageVolumeTypeV3 } from "@cdktf/provider-openstack/lib/blockstorage-volume-type-v3";
import { project } from "../kinds/project";
import { volumeQos } from "../kinds/volume-qos";
import { type VolumeTypeSpec, volumeType } from "../kinds/volume-type";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/** A volume type; its QoS and the projects that may use it are edges. */
export const construct: KindConstruct<VolumeTypeSpec> = {
  kind: volumeType,
  node(scope, { spec, address }) {
    const { name, description, is_public, extra_specs } = spec;
    new BlockstorageVolumeTypeV3(scope, idOf(BlockstorageVolumeTypeV3, address), {
      name,
      description,
      isPublic: is_public,
      extraSpecs: unlessEmpty(extra_specs),
    });
  },
  edges(scope, entity, stack) {
    const volumeTypeId = stack.reference(volumeType, entity.key);
    const { qos, projects } = entity.spec;
    if (qos !== undefined) {
      const ends = { volumeTypeId, qosId: stack.reference(volumeQos, qos) };
      new BlockstorageQosAssociationV3(scope, idOf(BlockstorageQosAssociationV3, entity.derived(qos)), ends);
    }
    for (const key of projects) {
      const ends = { volumeTypeId, projectId: stack.reference(project, key) };
      new BlockstorageVolumeTypeAccessV3(
        scope,
        idOf(BlockstorageVolumeTypeAccessV3, entity.derived(key)),
        ends,
      );
    }
  },
};
