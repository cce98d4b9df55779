// The peer: a plain cdktf loop that makes the same resources from literals, with cdktf's own synthesizer and `.id` at each use.
const { App, LocalBackend, TerraformStack } = require("cdktf");
const lib = (name) => require(`@cdktf/provider-openstack/lib/${name}`);
const { OpenstackProvider } = lib("provider");
const { IdentityProjectV3 } = lib("identity-project-v3");
const { ComputeFlavorV2 } = lib("compute-flavor-v2");
const { ComputeFlavorAccessV2 } = lib("compute-flavor-access-v2");
const { ComputeQuotasetV2 } = lib("compute-quotaset-v2");
const { BlockstorageQuotasetV3 } = lib("blockstorage-quotaset-v3");
const { NetworkingQuotaV2 } = lib("networking-quota-v2");
const { LbQuotaV2 } = lib("lb-quota-v2");
const { NetworkingNetworkV2 } = lib("networking-network-v2");
const { NetworkingRbacPolicyV2 } = lib("networking-rbac-policy-v2");

const [projects, outdir, flavorCount] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const app = new App({ outdir });
const stack = new TerraformStack(app, "bench-openstack");
new LocalBackend(stack, { path: "state" });
new OpenstackProvider(stack, "openstack", {});
const domain = new IdentityProjectV3(stack, "research", { name: "research", isDomain: true, enabled: true });
const networks = ["external", "internal"].map(
  (name) =>
    new NetworkingNetworkV2(stack, name, {
      name,
      adminStateUp: true,
      shared: false,
      external: name === "external",
    }),
);
const flavors = Array.from(
  { length: flavorCount },
  (_, n) =>
    new ComputeFlavorV2(stack, `c2_size_${n}`, {
      name: `c2.size-${n}`,
      vcpus: n + 1,
      ram: (n + 1) * 1024,
      disk: 80,
      isPublic: false,
    }),
);
for (let n = 0; n < projects; n++) {
  const id = `research_project_${n}`;
  const project = new IdentityProjectV3(stack, id, {
    name: `project-${n}`,
    domainId: domain.id,
    description: `The project number ${n}`,
    enabled: true,
    tags: ["cloud"],
  });
  new ComputeQuotasetV2(stack, `${id}_compute_quota_1`, {
    projectId: project.id,
    cores: 100 + n,
    instances: 20,
    ram: 204800,
    keyPairs: 100,
    serverGroups: 10,
    serverGroupMembers: 10,
  });
  new BlockstorageQuotasetV3(stack, `${id}_blockstorage_quota_1`, {
    projectId: project.id,
    volumes: 20,
    snapshots: 10,
    gigabytes: 1000,
    perVolumeGigabytes: -1,
    backups: 10,
    backupGigabytes: 1000,
    groups: 10,
  });
  new NetworkingQuotaV2(stack, `${id}_networking_quota_1`, {
    projectId: project.id,
    network: 100,
    subnet: 100,
    subnetpool: -1,
    port: 60,
    router: 2,
    floatingip: 50,
    rbacPolicy: 10,
    securityGroup: 10,
    securityGroupRule: 100,
  });
  new LbQuotaV2(stack, `${id}_lb_quota_1`, {
    projectId: project.id,
    loadbalancer: 2,
    listener: -1,
    member: -1,
    pool: -1,
    healthMonitor: -1,
  });
  for (let i = 0; i < 10; i++) {
    const flavor = (n + i) % flavorCount;
    new ComputeFlavorAccessV2(stack, `${id}_c2_size_${flavor}`, {
      flavorId: flavors[flavor].id,
      tenantId: project.id,
    });
  }
  new NetworkingRbacPolicyV2(stack, `${id}_external_ext`, {
    action: "access_as_external",
    objectType: "network",
    objectId: networks[0].id,
    targetTenant: project.id,
  });
  new NetworkingRbacPolicyV2(stack, `${id}_internal_shr`, {
    action: "access_as_shared",
    objectType: "network",
    objectId: networks[1].id,
    targetTenant: project.id,
  });
}
app.synth();
