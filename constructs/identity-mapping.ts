import { identityMapping as kind, type MappingSpec } from "../kinds/identity-mapping";
import type { KindConstruct } from "./construct";
import { identityMapping } from "./rest";

/** An identity mapping. The provider has no resource for it, so it goes by REST. */
export const construct: KindConstruct<MappingSpec> = {
  kind,
  node(scope, { spec, address }, stack) {
    const { id, schema_version, rules } = spec;
    identityMapping(scope, address, id, { schema_version, rules }, stack);
  },
};
