import { closeSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  type IStackSynthesizer,
  type ISynthesisSession,
  TerraformDataSource,
  TerraformElement,
  TerraformResource,
} from "cdktf";
import type { EntityStack } from "./stack";
import { jsonText, toJson } from "./text";

type Json = Record<string, unknown>;

type Element = TerraformResource | TerraformDataSource;

/**
 * Writes a stack's JSON. Unlike cdktf's own synthesizer it resolves nothing, for our constructs hold no tokens
 * (references are expressions, see `text.ts`); it refuses two elements with one address, which cdktf merges; and
 * it keeps the resources of one entity beside each other, in the order of the entities.
 */
export class EntitySynthesizer implements IStackSynthesizer {
  private readonly head: Json = {};
  /** Data sources and resources, by type, in the order in which they were made. */
  private readonly named = { data: new Map<string, Element[]>(), resource: new Map<string, Element[]>() };

  constructor(private readonly stack: EntityStack) {}

  synthesize(session: ISynthesisSession): void {
    const { workingDirectory, synthesizedStackPath } = session.manifest.forStack(this.stack);
    for (const element of this.stack.node.findAll()) this.sort(element);
    mkdirSync(join(session.outdir, workingDirectory), { recursive: true });
    const path = join(session.outdir, synthesizedStackPath);
    // Another run may read it while this one writes it: it sees the old one or the new one.
    const fresh = `${path}.${process.pid}`;
    const file = openSync(fresh, "w");
    try {
      // Piece by piece: the text of twenty thousand resources never stands in memory at once.
      for (const text of this.text()) writeSync(file, text);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  }

  private sort(element: unknown): void {
    if (TerraformResource.isTerraformResource(element)) append(this.named.resource, element);
    else if (TerraformDataSource.isTerraformDataSource(element)) append(this.named.data, element);
    else if (TerraformElement.isTerraformElement(element)) this.addHead(element.toTerraform());
  }

  private addHead(blocks: Json): void {
    for (const [block, content] of Object.entries(blocks)) {
      const isVerbatim = block === "variable" || (isObject(content) && "backend" in content);
      this.head[block] = merged(this.head[block], isVerbatim ? verbatim(content) : toJson(content), block);
    }
  }

  private *text(): Generator<string> {
    const { terraform, provider, variable } = this.head;
    const head = {
      "//": { metadata: this.stack.metadata(), outputs: {} },
      terraform: this.constrained(terraform),
      ...(provider === undefined ? {} : { provider }),
      ...(variable === undefined ? {} : { variable }),
      ...this.removed(),
    };
    yield JSON.stringify(head, null, 2).slice(0, -"\n}".length);
    for (const [block, types] of Object.entries(this.named)) {
      let before = `,\n  ${JSON.stringify(block)}: {`;
      for (const [type, elements] of types) {
        yield `${before}\n    ${JSON.stringify(type)}: {`;
        yield* namedText(elements);
        yield "\n    }";
        before = ",";
      }
      if (types.size > 0) yield "\n  }";
    }
    yield "\n}\n";
  }

  /** Blocks for what Terraform shall forget, unless something else has the address now. */
  private removed(): Json {
    const isMade = (address: string) =>
      this.named.resource
        .get(address.split(".")[0] ?? "")
        ?.some((one) => address.endsWith(`.${one.friendlyUniqueId}`));
    const blocks = this.stack
      .forgotten()
      .filter((address) => !isMade(address))
      .map((from) => ({ from, lifecycle: { destroy: false } }));
    return blocks.length === 0 ? {} : { removed: blocks };
  }

  /** The bindings know only the provider version that they were made from; the environment knows the range. */
  private constrained(terraform: unknown): unknown {
    const required = isObject(terraform) ? terraform["required_providers"] : undefined;
    for (const [provider, requirement] of Object.entries(isObject(required) ? required : {})) {
      const version = this.stack.constraint(provider);
      if (isObject(requirement) && version !== undefined) requirement["version"] = version;
    }
    return terraform;
  }
}

function append(into: Map<string, Element[]>, element: Element): void {
  const ofType = into.get(element.terraformResourceType);
  if (ofType) ofType.push(element);
  else into.set(element.terraformResourceType, [element]);
}

/** Characters that are written at once. */
const PIECE = 1 << 16;

/** The elements of one type, by their names, in pieces of some hundred. */
function* namedText(elements: readonly Element[]): Generator<string> {
  let piece = "";
  for (const [index, element] of elements.entries()) {
    const text = jsonText(blockOf(element), "      ");
    piece += `${index > 0 ? "," : ""}\n      ${JSON.stringify(element.friendlyUniqueId)}: ${text}`;
    if (piece.length > PIECE) {
      yield piece;
      piece = "";
    }
  }
  yield piece;
}

/** Members of cdktf's elements that are not public. */
interface Inner {
  readonly terraformMetaArguments: Json;
  readonly rawOverrides: Json;
  readonly constructNodeMetadata: Json;
  synthesizeAttributes(): Json;
}

/**
 * The block of an element: what its `toTerraform` gives, less what none of ours has (`count`, `for_each`, moves,
 * dynamic blocks), which costs a fifth of the whole time. The members are cdktf's, and not public.
 */
export function blockOf(element: Element): Json {
  const inner = element as unknown as Inner;
  const { provider, lifecycle } = inner.terraformMetaArguments;
  const meta = {
    ...(provider === undefined ? {} : { provider }),
    ...(isObject(lifecycle) ? { lifecycle: snakeCased(lifecycle) } : {}),
  };
  return {
    ...inner.synthesizeAttributes(),
    ...meta,
    ...inner.rawOverrides,
    "//": inner.constructNodeMetadata,
  };
}

function snakeCased(block: Json): Json {
  return Object.fromEntries(
    Object.entries(block).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** Backend settings and variables: Terraform takes them as they are, without expressions. */
function verbatim(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content));
}

/** Blocks of several elements: maps merge, the configurations of one provider stand in a list. */
function merged(earlier: unknown, later: unknown, path: string): unknown {
  if (earlier === undefined) return later;
  if (Array.isArray(earlier) && Array.isArray(later)) return [...earlier, ...later];
  if (!isObject(earlier) || !isObject(later)) {
    if (JSON.stringify(earlier) === JSON.stringify(later)) return earlier;
    throw new Error(`two elements write different values at ${path}`);
  }
  const result: Json = { ...earlier };
  for (const [key, value] of Object.entries(later))
    result[key] = merged(result[key], value, `${path}.${key}`);
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
