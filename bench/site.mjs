// A site of N projects, each with 4 quotas, 10 flavor accesses and 2 network policies: 17 resources a project.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const FLAVORS = 20;

/** Writes the site below `root`. */
export function writeSite(root, projects) {
  const openstack = join(root, "environments/bench/openstack");
  const write = (file, text) => {
    mkdirSync(join(openstack, file, ".."), { recursive: true });
    writeFileSync(join(openstack, file), text);
  };
  write(
    "../environment.yaml",
    `environment:
  name: bench
  state: {backend: local, path: "state/{stack}.tfstate"}
  openstack:
    services: [compute, volume, network, load-balancer]
`,
  );
  write("domains/research.yaml", "domain: {name: research}\n");
  for (const network of ["external", "internal"])
    write(`networks/${network}.yaml`, `network: {name: ${network}, external: ${network === "external"}}\n`);
  for (let n = 0; n < FLAVORS; n++) {
    write(
      `flavors/c2.size-${n}.yaml`,
      `flavor: {name: c2.size-${n}, vcpus: ${n + 1}, ram: ${n + 1} GiB, disk: 80, is_public: false}\n`,
    );
  }
  for (let n = 0; n < projects; n++) write(`projects-quotas-acls/research/project-${n}.yaml`, projectYaml(n));
}

function projectYaml(n) {
  const flavors = Array.from({ length: 10 }, (_, i) => `    - c2.size-${(n + i) % FLAVORS}\n`).join("");
  return `metadata:
  contacts: [cloud@example.org]
project:
  name: project-${n}
  domain: research
  description: "The project number ${n}"
  tags: [cloud]
quota:
  cores: ${100 + n}
  instances: 20
  ram: 200 GiB
  gigabytes: 1000
  volumes: 20
  port: 60
  router: 2
  loadbalancer: 2
acls:
  flavors:
${flavors}  networks:
    access_as_external: [external]
    access_as_shared: [internal]
`;
}
