import type { AnyKind } from "./document";
import type { Setting } from "./entities";
import { originOf, placeOf } from "./node";
import type { Cause } from "./problem";

/** What is wrong where an entity is missing that a layer has which the environment does not use; undefined: none has it. */
export function unusedLayer(setting: Setting, kind: AnyKind, key: string): Cause | undefined {
  const layer = setting.layerWith(kind, key);
  if (layer === undefined) return undefined;
  const { name } = setting.environment;
  return {
    what: `layer ${layer} of ${name}`,
    help: `the layer "${layer}" has it: write ${JSON.stringify(layer)} among the \`layers\` of environments/${name}/environment.yaml`,
    // Where several places need a layer, it is the layer that was forgotten.
    many: {
      from: 2,
      at: placeOf(originOf(setting.environmentRoot, ["environment", "layers"])),
      code: "layer",
      message: `the layer "${layer}" is not used here, and has what other files need`,
      help: `write ${JSON.stringify(layer)} among the \`layers\``,
    },
  };
}
