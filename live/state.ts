import { z } from "zod";
import { jsonOf } from "./json";
import { WorldError } from "./world";

/** The managed resources of a Terraform state: their attributes, by address. */
export type State = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const stateJson = z.object({
  version: z.literal(4),
  resources: z
    .array(
      z.object({
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z
          .array(
            z.object({
              deposed: z.string().optional(),
              attributes: z.record(z.string(), z.unknown()).nullish(),
            }),
          )
          .default([]),
      }),
    )
    .nullish(),
});

/** Reads what `terraform state pull` prints: nothing where there is no state yet. */
export function stateOf(text: string, stack: string): State {
  if (text.trim() === "") return new Map();
  const parsed = stateJson.safeParse(jsonOf(text));
  if (!parsed.success) throw new WorldError(`the state of ${stack} is not in the format that is known here`);
  const resources = (parsed.data.resources ?? []).filter(({ mode }) => mode === "managed");
  return new Map(
    resources.flatMap(({ type, name, instances }) => {
      // A deposed object is what a replacement has left behind; it is not the resource.
      const attributes = instances.find(({ deposed }) => deposed === undefined)?.attributes;
      return attributes ? [[`${type}.${name}`, attributes] as const] : [];
    }),
  );
}
