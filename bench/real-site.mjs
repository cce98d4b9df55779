// A site like those that exist: projects in three domains, flavors in classes, a Helm deployment in layers. No problem, no warning.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const DOMAINS = ["einfra_cz", "egi_eu", "Default"];
const CLASSES = ["c2", "c3", "g2", "p3", "r3", "a3", "hpc", "e1"];
const FLAVORS = 110;
const RELEASES = 60;
const NETWORKS = 12;

const flavorName = (n) => `${CLASSES[n % CLASSES.length]}.${1 + (n >> 3)}core-${4 * (1 + (n >> 3))}ram`;
const times = (count, make) => Array.from({ length: count }, (_, n) => make(n));

/** Writes the site below `root`. */
export function writeRealSite(root, projects) {
  const write = (file, text) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const own = (file, text) => write(`environments/prod/${file}`, text);
  own("environment.yaml", environment);
  for (const domain of DOMAINS) own(`openstack/domains/${domain}.yaml`, `domain: {name: ${domain}}\n`);
  writeFlavors(write, own);
  writeNetworks(own);
  writeReleases(write, own);
  for (const n of times(projects, (n) => n)) {
    const domain = DOMAINS[n % DOMAINS.length];
    own(`openstack/projects-quotas-acls/${domain}/project-${n}.yaml`, project(n, domain));
    if (n % 5 === 0) own(`openstack/role-assignments/reader-of-${n}.yaml`, assignment(n, domain));
    if (n % 10 === 0) own(`openstack/floating-ips/address-${n}.yaml`, floatingIp(n, domain));
  }
  for (const domain of DOMAINS)
    own(`openstack/projects-quotas-acls/${domain}/group-projects.yaml`, umbrella(domain));
}

const environment = `environment:
  name: prod
  description: "Production"
  layers: [common, helm]
  state:
    backend: http
    address: "https://gitlab.example.org/api/v4/projects/42/terraform/state/{stack}"
  openstack:
    region: Brno1
    services: [compute, volume, network, load-balancer]
    capabilities: {rest: true}
    statistics-tags: [cloud, egi]
    quota-defaults: {router: 0, port: 10, network: 1}
    unmanaged:
      users: [Default/accounting]
      roles: [admin, member, reader]
      volume-types: [ssd]
  kubernetes: {config_path: "~/.kube/config"}
  values: {cloud-domain: brno.example.org, region: Brno1}
`;

function writeFlavors(write, own) {
  for (const name of CLASSES) {
    write(`entities/common/openstack/flavor-classes/${name}.yaml`, flavorClass(name));
    own(`openstack/host-groups/hosts-${name}.yaml`, hostGroup(name));
    own(
      `openstack/aggregates/hosts-${name}.yaml`,
      `aggregate:\n  name: hosts-${name}\n  zone: nova\n  metadata: {flavor: ${name}}\n  host-groups: [hosts-${name}]\n`,
    );
  }
  // The environment's own limits lie over those of the layer.
  own("openstack/flavor-classes/g2.yaml", "flavor-class:\n  limits:\n    disk_total_bytes_sec: 1000 MiB/s\n");
  for (const n of times(FLAVORS, (n) => n)) own(`openstack/flavors/${flavorName(n)}.yaml`, flavor(n));
  for (const [name, cores] of Object.entries({ basic: 20, training: 50, group: 200 }))
    write(`entities/common/openstack/quota-classes/${name}.yaml`, quotaClass(name, cores));
}

const flavorClass = (name) => `# Hosts of the group hosts-${name}.
flavor-class:
  name: ${name}
  disk: 80
  is_public: false
  limits:
    disk_total_iops_sec: 3000
    disk_total_bytes_sec: 2000 MiB/s
    vif_inbound_average: 2 GiB/s
    vif_outbound_average: 2 GiB/s
  extra_specs:
    "hw_rng:allowed": "true"
    "hw_rng:rate_bytes": "2048"
    "aggregate_instance_extra_specs:flavor": ${name}
`;

const flavor = (n) => `flavor:
  name: ${flavorName(n)}
  class: ${CLASSES[n % CLASSES.length]}
  vcpus: ${1 + (n >> 3)}
  ram: ${4 * (1 + (n >> 3))} GiB
`;

const hostGroup = (name) =>
  `host-group:\n  name: hosts-${name}\n  hosts:\n${times(38, (n) => `    - cmp-${name}-${n}\n`).join("")}`;

const quotaClass = (name, cores) => `quota-class:
  name: ${name}
  quota:
    cores: ${cores}
    instances: ${cores / 2}
    ram: ${cores * 4} GiB
    gigabytes: 2 TiB
    volumes: 40
    port: 60
    router: 1
`;

function writeNetworks(own) {
  for (const n of times(NETWORKS, (n) => n)) {
    const external = n < 2;
    own(
      `openstack/networks/net-${n}.yaml`,
      `metadata: {accept: {everybody: "removed by the operators"}}
network:
  name: net-${n}
  description: "Network ${n}"
  admin_state_up: true
  shared: false
  external: ${external}
  mtu: 8950
  segments:
    - physical_network: provider
      segmentation_id: ${700 + n}
      network_type: vlan
`,
    );
    own(
      `openstack/subnets/net-${n}-10-${n}.yaml`,
      `subnet:
  name: net-${n}-10-${n}
  network: net-${n}
  cidr: 10.${n}.0.0/16
  ip_version: 4
  gateway_ip: 10.${n}.0.1
  enable_dhcp: ${!external}
  allocation_pools:
    - {start: 10.${n}.0.10, end: 10.${n}.250.250}
`,
    );
  }
  own(
    "openstack/routers/internal.yaml",
    "router:\n  name: internal\n  external_network: net-0\n  interfaces:\n    - {subnet: net-2-10-2}\n    - {subnet: net-3-10-3}\n",
  );
}

function writeReleases(write, own) {
  write("entities/helm/kubernetes/namespaces/openstack.yaml", "namespace: {name: openstack}\n");
  write(
    "entities/helm/kubernetes/helm-repositories/openstack-helm.yaml",
    'helm-repository:\n  name: openstack-helm\n  url: "https://charts.example.org/openstack-helm"\n',
  );
  for (const n of times(RELEASES, (n) => n)) {
    const folder = "kubernetes/helm-releases/openstack";
    write(`entities/helm/${folder}/release-${n}.yaml`, release(n));
    write(`entities/helm/${folder}/release-${n}/values.yaml`, values(n, 12, ""));
    own(
      `${folder}/release-${n}.yaml`,
      `helm-release:\n  values:\n    common:\n      replicas: ${n % 3}\n    region: prod\n`,
    );
  }
}

const release = (n) => `# Mirrored chart, see the repository.
helm-release:
  name: release-${n}
  namespace: openstack
  repository: openstack-helm
  chart: chart-${n}
  version: 2025.2.${n}
  values:
    common:
      replicas: 1
${values(n, 6, "    ")}
  values-files: [release-${n}/values.yaml]
  values-from:
    endpoints.host_fqdn_override.public: cloud-domain
  depends-on: [${n === 0 ? "" : `openstack/release-${n >> 1}`}]
  wait: false
  timeout: 600
`;

const values = (n, blocks, indent) =>
  times(
    blocks,
    (block) => `${indent}service_${block}:
${indent}  image: "registry.example.org/service-${n}/${block}:2025.2"
${indent}  replicas: ${1 + (n % 3)}
${indent}  # as measured under load
${indent}  resources: {requests: {cpu: 100m, memory: 512Mi}, limits: {cpu: "2", memory: 2Gi}}
${indent}  conf:
${indent}    log_level: INFO
${indent}    workers: ${4 + block}
${indent}    options:
${indent}      - name: option-${block}
${indent}        value: "true"
`,
  ).join("");

function project(n, domain) {
  const named = times(20 + (n % 21), (i) => flavorName((n * 7 + i) % FLAVORS));
  return `metadata:
  contacts:
    - owner-${n}@example.org
    - cloud@example.org
  # disable-date: 2031-06-09

project:
  name: project-${n}
  domain: ${domain}
  description: "What the group number ${n} computes"
  enabled: true
  parent: group-projects
  tags: [cloud, caso]
  properties:
    "accounting:VO": vo-${n}.example.org

quota:
  class: ${["basic", "training", "group"][n % 3]}
  # Nova
  cores: ${100 + (n % 50)}
  instances: 40
  ram: 400 GiB
  # Cinder
  gigabytes: 1000
  volumes: 40
  volume_type_quota: {gigabytes_ssd: 500}
  # Neutron
  network: 2
  subnet: 2
  router: 1
  port: 60
  floatingip: ${n % 7}
  loadbalancer: 2

acls:
  flavors:
    - {class: ${CLASSES[n % CLASSES.length]}}
${named.map((name) => `    - ${name}\n`).join("")}  networks:
    access_as_external: [net-${n % 2}]
    access_as_shared: [net-${2 + (n % 10)}]
`;
}

const umbrella = (domain) => `metadata:
  contacts: [cloud@example.org]
project:
  name: group-projects
  domain: ${domain}
  description: "Umbrella of the group projects"
  tags: [cloud]
quota:
  class: basic
`;

const assignment = (n, domain) =>
  `role-assignment:\n  role: reader\n  user: Default/accounting\n  project: ${domain}/project-${n}\n`;

function floatingIp(n, domain) {
  const [network, host] = [(n / 10) % 2, Math.floor(n / 20)];
  const address = `10.${network}.${100 + Math.floor(host / 200)}.${host % 200}`;
  return `floating-ip:\n  address: ${address}\n  pool: net-${network}\n  project: ${domain}/project-${n}\n`;
}
