import type { Kubernetes } from "./kubernetes";
import type { OpenStack } from "./openstack";

/** The live clouds of one stack. Each logs in when it is first asked. */
export interface Clouds {
  readonly openstack: () => OpenStack;
  readonly kubernetes: () => Kubernetes;
}
