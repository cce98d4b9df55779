import { BlockstorageQuotasetV3 } from "@cdktf/provider-openstack/lib/blockstorage-quotaset-v3";
import { ComputeQuotasetV2 } from "@cdktf/provider-openstack/lib/compute-quotaset-v2";
import { LbQuotaV2 } from "@cdktf/provider-openstack/lib/lb-quota-v2";
import { NetworkingQuotaV2 } from "@cdktf/provider-openstack/lib/networking-quota-v2";
import type { Construct } from "constructs";
import type { Entity } from "../kinds/kind";
import type { ProjectSpec } from "../kinds/project";
import { RESOURCE_OF } from "../kinds/project-quota";
import { QUOTA_KEYS, type Service } from "../kinds/quota";
import { volumeType } from "../kinds/volume-type";
import { dependOn, idOf } from "./construct";
import { keyManagerQuota } from "./rest";
import type { EntityStack } from "./stack";

/** The quotas of one service, every key: the provider takes an absent key for "leave what is there" (since 3.1.0; before, for 0). */
export function projectQuotas(
  scope: Construct,
  entity: Entity<ProjectSpec>,
  projectId: string,
  stack: EntityStack,
): void {
  const { spec } = entity;
  for (const service of spec.services) {
    const name = entity.derived(RESOURCE_OF[service].suffix);
    MAKERS[service](scope, name, projectId, keysOf(service, spec.quota), spec, stack);
  }
}

type Values = Readonly<Record<string, number>>;
type Maker = (
  scope: Construct,
  name: string,
  projectId: string,
  values: Values,
  spec: ProjectSpec,
  stack: EntityStack,
) => void;

const MAKERS: Readonly<Record<Service, Maker>> = {
  compute: (scope, name, projectId, values) => {
    new ComputeQuotasetV2(scope, idOf(ComputeQuotasetV2, name), { projectId, ...camelCased(values) });
  },
  volume: (scope, name, projectId, values, { volume_type_quota }, stack) => {
    const volumeTypeQuota =
      volume_type_quota &&
      Object.fromEntries(Object.entries(volume_type_quota).map(([key, value]) => [key, String(value)]));
    const made = new BlockstorageQuotasetV3(scope, idOf(BlockstorageQuotasetV3, name), {
      projectId,
      ...camelCased(values),
      volumeTypeQuota,
    });
    // Cinder knows the quotas of a type only while the type is there.
    if (volume_type_quota)
      dependOn(
        made,
        stack.catalog.declared(volumeType).flatMap((key) => stack.after(volumeType, key)),
      );
  },
  network: (scope, name, projectId, values) => {
    new NetworkingQuotaV2(scope, idOf(NetworkingQuotaV2, name), { projectId, ...camelCased(values) });
  },
  "load-balancer": (scope, name, projectId, values) => {
    new LbQuotaV2(scope, idOf(LbQuotaV2, name), { projectId, ...camelCased(values) });
  },
  "key-manager": (scope, name, projectId, values, _spec, stack) =>
    keyManagerQuota(scope, name, projectId, values, stack),
};

function keysOf(service: Service, quota: Values): Values {
  return Object.fromEntries(
    Object.keys(QUOTA_KEYS[service]).flatMap((key) => (quota[key] === undefined ? [] : [[key, quota[key]]])),
  );
}

/** Quota keys are spelled as Terraform's arguments; the bindings have them in camel case. */
function camelCased(values: Values): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
