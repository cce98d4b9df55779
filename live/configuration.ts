import { z } from "zod";

/** A resource or data source as it stands in Terraform JSON; strings are templates. */
export interface Block {
  /** `type.name`, or `data.type.name`. */
  readonly address: string;
  readonly type: string;
  readonly written: Readonly<Record<string, unknown>>;
}

/** What a stack's JSON says. */
export interface Configuration {
  readonly resources: readonly Block[];
  /** Resources and data sources by their addresses. */
  readonly blocks: ReadonlyMap<string, Block>;
  /** The settings of a provider's first block; empty if there is none. */
  readonly provider: (name: string) => Readonly<Record<string, unknown>>;
}

const settings = z.record(z.string(), z.unknown());
const named = z.record(z.string(), z.record(z.string(), settings));

const stackJson = z.object({
  provider: z.record(z.string(), z.array(settings)).default({}),
  resource: named.default({}),
  data: named.default({}),
});

/** Reads the JSON of one stack, which our own synthesis wrote: anything else in it is a bug. */
export function configurationOf(json: unknown): Configuration {
  const { provider, resource, data } = stackJson.parse(json);
  const resources = blocksOf(resource, "");
  const blocks = [...resources, ...blocksOf(data, "data.")].map((block) => [block.address, block] as const);
  return { resources, blocks: new Map(blocks), provider: (name) => provider[name]?.[0] ?? {} };
}

function blocksOf(types: z.infer<typeof named>, prefix: string): Block[] {
  return Object.entries(types).flatMap(([type, names]) =>
    Object.entries(names).map(([name, written]) => ({ address: `${prefix}${type}.${name}`, type, written })),
  );
}
