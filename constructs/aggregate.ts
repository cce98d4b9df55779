import { ComputeAggregateV2 } from "@cdktf/provider-openstack/lib/compute-aggregate-v2";
import { type AggregateSpec, aggregate } from "../kinds/aggregate";
import { idOf, type KindConstruct, unlessEmpty } from "./construct";

/** An aggregate. Its hosts are always written: left out, the provider would remove all of them. */
export const construct: KindConstruct<AggregateSpec> = {
  kind: aggregate,
  node(scope, { spec, address }, stack) {
    const { name, zone, metadata, hosts } = spec;
    new ComputeAggregateV2(scope, idOf(ComputeAggregateV2, address), {
      ...{ name, zone, hosts: [...hosts] },
      // Aggregates in existing states carry their region.
      region: stack.catalog.environment.openstack?.region,
      metadata: unlessEmpty({ ...metadata }),
    });
  },
};
