import { execFile } from "node:child_process";
import type { Variables } from "../live/settings";
import { secretsIn, WorldError, withoutSecrets } from "../live/world";

/** The largest output of terraform that is taken: a state of twenty thousand resources has some ten megabytes. */
const LARGEST = 1 << 30;

/** The state of the stack in a folder, as text. Takes no lock and writes nothing to the state. */
export async function pullState(folder: string, variables: Variables): Promise<string> {
  await terraform(folder, variables, ["init", "-input=false", "-no-color"]);
  return terraform(folder, variables, ["state", "pull"]);
}

function terraform(folder: string, variables: Variables, args: readonly string[]): Promise<string> {
  const program = variables["TERRAFORM_BINARY_NAME"] || "terraform";
  const env = { ...variables, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { cwd: folder, env, maxBuffer: LARGEST }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const command = `${program} ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`;
      const isMissing = error.code === "ENOENT";
      const reason = isMissing ? `there is no program ${program}` : reasonOf(stderr || stdout);
      reject(new WorldError(withoutSecrets(`${command} failed: ${reason}`, secretsIn(variables))));
    });
  });
}

/** The longest reason that is shown. */
const LONGEST = 600;

/** What terraform says after its first `Error:`, as one paragraph. */
function reasonOf(output: string): string {
  const plain = output.replace(/\u001b\[[\d;]*m/g, "").replace(/^[╷│╵]\s?/gm, "");
  const from = plain.indexOf("Error: ");
  const [first = ""] = (from < 0 ? plain : plain.slice(from + "Error: ".length)).split(/\nError: /);
  const paragraph = first
    .trim()
    .replace(/\s*\n\s*\n\s*/g, ": ")
    .replace(/\s+/g, " ")
    .replace(/[.:]: /g, ": ");
  return paragraph.length > LONGEST ? `${paragraph.slice(0, LONGEST)}…` : paragraph;
}
