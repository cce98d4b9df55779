/**
 * Keys that people know from elsewhere: older layouts of such sites, the provider's arguments, the API. They mean
 * nothing here, and are asked for by `did you mean` alone. Those that are near the right key anyway are not listed.
 */
export const OLD_SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  expiration: ["removal-date", "disable-date"],
  quotas: ["quota"],
  listeners: ["listener"],
  members: ["member"],
  health_monitors: ["health_monitor"],
  tenant_id: ["project"],
  project_id: ["project"],
  domain_id: ["domain"],
  network_id: ["network"],
  subnet_id: ["subnet"],
  flavor_id: ["flavors"],
  role_id: ["role"],
  user_id: ["user"],
  group_id: ["group"],
  memory: ["ram"],
  cpus: ["vcpus"],
  public: ["is_public"],
  allocation_pool: ["allocation_pools"],
  external_network_id: ["external_network"],
  name: ["key"],
};
