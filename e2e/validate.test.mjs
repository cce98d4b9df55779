// Every stack of every environment of ours is accepted by Terraform with the real plugins.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { home, scratch, synth, terraform } from "./terraform.mjs";

test("C8: terraform init and validate of every stack", async (t) => {
  const output = scratch(t);
  await synth(home, output);
  for (const stack of readdirSync(join(output, "stacks"))) {
    await t.test(stack, async () => {
      // The backends of the examples are not there; the providers are.
      await terraform(join(output, "stacks", stack), "init", "-backend=false", "-no-color");
      await terraform(join(output, "stacks", stack), "validate", "-no-color");
    });
  }
});
