import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type IStackSynthesizer, type ISynthesisSession, TerraformElement } from "cdktf";
import type { EntityStack } from "./stack";
import { toJson } from "./text";

type Json = Record<string, unknown>;

/** The blocks of a stack's JSON, in the order in which a person wants to read them. */
const BLOCKS = ["//", "terraform", "provider", "variable", "data", "resource"];

/**
 * Writes a stack's JSON. Unlike cdktf's own synthesizer it resolves nothing, for our constructs hold no tokens
 * (references are expressions, see `text.ts`), and it refuses two elements with one address, which cdktf merges.
 */
export class EntitySynthesizer implements IStackSynthesizer {
  constructor(private readonly stack: EntityStack) {}

  synthesize(session: ISynthesisSession): void {
    const { workingDirectory, synthesizedStackPath } = session.manifest.forStack(this.stack);
    mkdirSync(join(session.outdir, workingDirectory), { recursive: true });
    writeFileSync(join(session.outdir, synthesizedStackPath), `${JSON.stringify(this.json(), null, 2)}\n`);
  }

  private json(): Json {
    const whole: Json = { "//": { metadata: this.stack.metadata(), outputs: {} } };
    for (const element of this.stack.node.findAll()) {
      if (!TerraformElement.isTerraformElement(element)) continue;
      const fragment: Json = element.toTerraform();
      const isVerbatim = "backend" in ((fragment["terraform"] as Json | undefined) ?? {}) || "variable" in fragment;
      merge(whole, isVerbatim ? withoutUndefined(fragment) : (toJson(fragment) as Json), element.node.path);
    }
    this.constrainVersions(whole);
    return Object.fromEntries(BLOCKS.filter((block) => block in whole).map((block) => [block, whole[block]]));
  }

  private constrainVersions(whole: Json): void {
    const { terraform } = whole;
    const required = isObject(terraform) ? terraform["required_providers"] : undefined;
    for (const [provider, requirement] of Object.entries(isObject(required) ? required : {})) {
      if (isObject(requirement)) requirement["version"] = this.stack.constraint(provider) ?? requirement["version"];
    }
  }
}

/** Backend settings and variables: Terraform takes them as they are, without expressions. */
function withoutUndefined(fragment: Json): Json {
  return JSON.parse(JSON.stringify(fragment)) as Json;
}

/** How many levels of each block hold names, below which two elements must never meet. */
const LEVELS: Readonly<Record<string, number>> = { resource: 3, data: 3, variable: 2, provider: 2, terraform: 4 };

function merge(whole: Json, fragment: Json, path: string): void {
  for (const [block, inner] of Object.entries(fragment)) mergeBlock(whole, block, inner, LEVELS[block] ?? 1, path);
}

function mergeBlock(into: Json, key: string, value: unknown, levels: number, path: string): void {
  if (!Object.hasOwn(into, key)) {
    into[key] = value;
    return;
  }
  const earlier = into[key];
  // Several configurations of one provider stand in a list.
  if (Array.isArray(earlier) && Array.isArray(value)) {
    earlier.push(...value);
    return;
  }
  if (levels <= 1 || !isObject(earlier) || !isObject(value)) {
    if (JSON.stringify(earlier) === JSON.stringify(value)) return;
    throw new Error(`two elements share the address ${key}; the second is ${path}`);
  }
  for (const [inner, innerValue] of Object.entries(value)) mergeBlock(earlier, inner, innerValue, levels - 1, path);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
