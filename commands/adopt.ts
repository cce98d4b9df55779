import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Problem } from "../catalog/problem";
import { Problems } from "../catalog/problem";
import type { Configuration } from "../live/configuration";
import { FINDERS } from "../live/finders";
import { liveClouds } from "../live/live-clouds";
import { Look } from "../live/look";
import { type State, stateOf } from "../live/state";
import { secretsIn, WorldError, withoutSecrets } from "../live/world";
import { pullState } from "../terraform/program";
import { type Adoption, adoptionOf } from "./adoption";
import { adoptionAsText } from "./adoption-text";
import { EXIT, type ExitCode } from "./exit";
import { folderOf, stackConfiguration, writeImports } from "./imports";
import { ownersOf } from "./owners";
import { problemsAsText } from "./problems-text";
import { type Stack, stacksNamed } from "./stacks";
import { outputOf, typed } from "./typed";
import type { Call, Verb } from "./verb";
import { writeStacks } from "./write-stacks";

export const adopt: Verb = {
  name: "adopt",
  usage: "[--output DIR] [STACK]…",
  summary: "Find what the live cloud has already, and write imports for it.",
  help: [
    "Writes the stacks as `synth` does, reads each stack's state, looks for what the",
    "state lacks in the live cloud, and writes import blocks for what is there:",
    "cdktf.out/stacks/<stack>/imports.tf.json. The next plan takes it over. Nothing",
    "is changed in the cloud or in the state.",
    "",
    "  STACK          only these stacks (default: all)",
    "  --output DIR   where to write (default: cdktf.out)",
    "",
    "The login is Terraform's: clouds.yaml or the OS_* variables. It wants the",
    "program `terraform`, or the one that TERRAFORM_BINARY_NAME names.",
    "",
    "  cloud-entities adopt prod-brno-openstack",
  ].join("\n"),
  options: { output: { type: "string" } },
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { request, words, streams } = call;
    const outdir = outputOf(call);
    const written = writeStacks(request, outdir, streams);
    if ("exit" in written) return written.exit;
    let worst: ExitCode = EXIT.fine;
    for (const stack of stacksNamed(written.catalogs, words)) {
      const code = await adoptStack(stack, outdir, call);
      worst = worst > code ? worst : code;
    }
    return worst;
  },
};

/** Looks for one stack's resources and says what was found. A failure of the world concerns this stack alone. */
async function adoptStack(stack: Stack, outdir: string, call: Call): Promise<ExitCode> {
  const { streams, cwd, variables } = call;
  const folder = folderOf(outdir, stack.name);
  try {
    const configuration = stackConfiguration(outdir, stack.name);
    const state = stateOf(await pullState(folder, variables), stack.name);
    const adoption = await lookAt(configuration, state, call);
    const owners = ownersOf(stack.catalog, stack.provider);
    const problems = problemsOf(adoption, stack, owners);
    writeImports(outdir, stack.name, problems.length > 0 ? [] : adoption.found);
    const terraform = `${variables["TERRAFORM_BINARY_NAME"] || "terraform"} -chdir=${relative(cwd, folder)}`;
    const next = typed(call, "plan", stack.name);
    // Terraform leaves it when its last run could not write the state.
    const unwritten = existsSync(join(folder, "errored.tfstate"))
      ? `${terraform} state push errored.tfstate`
      : undefined;
    streams.out(adoptionAsText(stack.name, adoption, owners, { problems: problems.length, next, unwritten }));
    if (problems.length === 0) return EXIT.fine;
    streams.err(
      `${problemsAsText(problems, { files: undefined, catalogs: [] }, streams)}no import blocks were written for ${stack.name}\n`,
    );
    return EXIT.problems;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    streams.err(`${stack.name}: ${withoutSecrets(error.message, secretsIn(variables))}\n`);
    return EXIT.world;
  }
}

async function lookAt(
  configuration: Configuration,
  state: State,
  { variables, cwd }: Call,
): Promise<Adoption> {
  const clouds = liveClouds(configuration, variables, cwd);
  return adoptionOf(configuration, new Look(configuration, state, clouds, FINDERS));
}

/** What a person must mend before this stack can take anything over. */
function problemsOf(
  { several, elsewhere, missing }: Adoption,
  { catalog, name }: Stack,
  owners: ReturnType<typeof ownersOf>,
): readonly Problem[] {
  const problems = new Problems();
  const environments = [catalog.environment.name];
  const whole = catalog.environmentPlace([]);
  for (const { address, matches } of several) {
    const owner = owners.get(address);
    const ids = matches.map(
      ({ importId, about }) => `${importId}${about === undefined ? "" : ` (${about})`}`,
    );
    problems.add(owner?.place ?? whole, {
      code: "adopt",
      message: `${owner?.name ?? address} may be any of ${matches.length} in the cloud: ${ids.join(", ")}`,
      help: `rename or remove those that are not meant, or import the right one yourself, in the stack's folder: terraform import ${address} ID`,
      environments,
    });
  }
  for (const { address, inState } of elsewhere) {
    const owner = owners.get(address);
    problems.add(owner?.place ?? whole, {
      code: "adopt",
      message: `${owner?.name ?? address} is in the state already, as ${inState}`,
      help: `move it, in the stack's folder: terraform state mv ${inState} ${address}; or keep the name by \`metadata: {address: …}\``,
      environments,
    });
  }
  for (const address of missing) {
    const owner = owners.get(address);
    problems.add(owner?.place ?? whole, {
      code: "adopt",
      message: `${owner?.name ?? address} does not exist in the cloud, and ${name} reads it`,
      help: "declare it in a file of its own, so that it is made, or take it out of `unmanaged`",
      environments,
    });
  }
  return problems.sorted();
}
