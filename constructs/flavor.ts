import { ComputeFlavorV2 } from "@cdktf/provider-openstack/lib/compute-flavor-v2";
import { DataOpenstackComputeFlavorV2 } from "@cdktf/provider-openstack/lib/data-openstack-compute-flavor-v2";
import { type FlavorSpec, flavor } from "../kinds/flavor";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/** A flavor. Everything but its description and extra specs replaces it. */
export const construct: KindConstruct<FlavorSpec> = {
  kind: flavor,
  node(scope, { spec, address }) {
    const { name, description, vcpus, ram, disk, ephemeral, swap, is_public, extra_specs } = spec;
    new ComputeFlavorV2(scope, idOf(ComputeFlavorV2, address), {
      ...{ name, description, vcpus, ram, disk, ephemeral, swap },
      isPublic: is_public,
      extraSpecs: unlessEmpty(extra_specs),
    });
  },
  data(scope, id, key) {
    return new DataOpenstackComputeFlavorV2(scope, id, { name: key });
  },
};
