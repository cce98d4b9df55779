import { ComputeAggregateV2 } from "@cdktf/provider-openstack/lib/compute-aggregate-v2";
import { type AggregateSpec, aggregate } from "../kinds/aggregate";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/**
 * An aggregate. Its hosts are always written: left out, the provider would remove all of them. Its region is never
 * written: the provider does not read it back, and a written one would replace an imported aggregate.
 */
export const construct: KindConstruct<AggregateSpec> = {
  kind: aggregate,
  node(scope, { spec, address }) {
    const { name, zone, metadata, hosts } = spec;
    new ComputeAggregateV2(scope, idOf(ComputeAggregateV2, address), {
      ...{ name, zone, hosts: [...hosts] },
      metadata: unlessEmpty({ ...metadata }),
    });
  },
};
