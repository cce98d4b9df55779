import { TerraformBackend, type TerraformRemoteState } from "cdktf";
import type { State } from "../kinds/backend";
import type { EntityStack } from "./stack";

/** Folders between the root and a stack's JSON in the default output folder: `cdktf.out/stacks/<stack>`. */
const DEPTH = 3;

/** One Terraform backend, its settings as they were written but for `{stack}`. */
export class StateBackend extends TerraformBackend {
  constructor(
    stack: EntityStack,
    name: string,
    private readonly state: State,
  ) {
    super(stack, "backend", state.backend);
    this.stackName = name;
  }

  private readonly stackName: string;

  /** States of ours do not read each other: what another one holds is looked up by name. */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("a stack refers to another stack's state");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const settings = Object.fromEntries(
      Object.entries(this.state.settings).map(([setting, value]) => [
        setting,
        withStack(value, this.stackName),
      ]),
    );
    const { path } = settings;
    const isRelative = this.state.backend === "local" && typeof path === "string" && !path.startsWith("/");
    // Terraform takes it from the folder of the stack's JSON; people write it from the root.
    return isRelative ? { ...settings, path: "../".repeat(DEPTH) + path.replace(/^(\.\/+)+/, "") } : settings;
  }
}

function withStack(value: unknown, stack: string): unknown {
  if (typeof value === "string") return value.replaceAll("{stack}", () => stack);
  if (Array.isArray(value)) return value.map((item) => withStack(item, stack));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withStack(inner, stack)]));
}
