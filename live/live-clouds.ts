import type { Clouds } from "./clouds";
import type { Configuration } from "./configuration";
import { kubernetesLogin } from "./kubeconfig";
import { Kubernetes } from "./kubernetes";
import { OpenStack } from "./openstack";
import { Requests } from "./requests";
import { loginSettings, type Variables } from "./settings";
import { transport } from "./transport";

/** The live clouds that a stack's providers talk to. Nothing is sent before one is asked. */
export function liveClouds(configuration: Configuration, variables: Variables, cwd: string): Clouds {
  let openstack: OpenStack | undefined;
  let kubernetes: Kubernetes | undefined;
  return {
    openstack() {
      if (openstack) return openstack;
      const { cloud, region } = configuration.provider("openstack");
      const chosen = { cloud: textOf(cloud), region: textOf(region) };
      const settings = loginSettings(chosen, variables, cwd);
      openstack = new OpenStack(settings, new Requests(transport(settings.tls)));
      return openstack;
    },
    kubernetes() {
      const { config_path, config_context } = configuration.provider("kubernetes");
      const chosen = { configPath: textOf(config_path), configContext: textOf(config_context) };
      kubernetes ??= new Kubernetes(() => kubernetesLogin(chosen, variables, cwd));
      return kubernetes;
    },
  };
}

function textOf(setting: unknown): string | undefined {
  return typeof setting === "string" && setting !== "" ? setting : undefined;
}
