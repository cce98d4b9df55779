import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { OpenstackProvider } from "@cdktf/provider-openstack/lib/provider";
import { App } from "cdktf";
import type { Catalog } from "../catalog/catalog";
import type { Provider } from "../kinds/kind";
import { kinds } from "../kinds/kinds";
import type { KindConstruct } from "./construct";
import { restProvider } from "./rest";
import { EntityStack } from "./stack";

/**
 * Writes the stacks of some environments and returns the folder they are in. `outdir` is made by the caller;
 * absent: cdktf's own choice.
 */
export function synthesise(catalogs: readonly Catalog[], outdir?: string): string {
  const { stackTraceLimit } = Error;
  try {
    // Every complex attribute of a binding captures a stack trace that nobody reads: a tenth of the time.
    Error.stackTraceLimit = 0;
    const where = outdir === undefined ? {} : { outdir };
    const app = new App({ ...where, skipValidation: true, stackTraces: false });
    const constructs = loadConstructs();
    for (const catalog of catalogs) {
      for (const { name, provider } of catalog.stacks()) {
        const stack = new EntityStack(app, name, provider, catalog, constructs);
        PROVIDERS[provider](stack, catalog);
        stack.make();
      }
    }
    app.synth();
    return app.outdir;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The providers of each stack. They stand there even when no entity is left, so that the last removal is planned. */
const PROVIDERS: Readonly<Record<Provider, (stack: EntityStack, catalog: Catalog) => void>> = {
  openstack(stack, { environment }) {
    const { cloud, region, capabilities, services } = environment.openstack ?? {};
    new OpenstackProvider(stack, "provider.openstack", { cloud, region, maxRetries: 3 });
    if (capabilities?.rest !== true) return;
    restProvider(stack, "identity");
    if (services?.includes("key-manager")) restProvider(stack, "key-manager");
  },
  kubernetes(stack, { environment }) {
    const { config_path, config_context } = environment.kubernetes ?? {};
    new KubernetesProvider(stack, "provider.kubernetes", {
      configPath: config_path,
      configContext: config_context,
    });
    new HelmProvider(stack, "provider.helm", {
      kubernetes: { configPath: config_path, configContext: config_context },
    });
  },
  grafana() {
    // Its entities are not made yet; the stack is there for the state.
  },
};

/** The construct of every kind, by the stem of its file; kinds without one become no resource. */
export function loadConstructs(): KindConstruct<unknown>[] {
  return kinds.flatMap((kind) => {
    if (kind.resource === undefined) return [];
    const { construct } = require(`./${kind.name}`) as { construct: KindConstruct<unknown> };
    // The table's row may have rules besides those of the kind's own file.
    if (construct.kind.name !== kind.name) throw new Error(`constructs/${kind.name}.ts makes another kind`);
    return [construct];
  });
}
