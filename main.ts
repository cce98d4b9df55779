/** The cdktf app: environments in, stacks out. `cdktf synth`, `diff` and `deploy` run it. */
import { EXIT } from "./commands/exit";
import { requestOf } from "./commands/request";
import { writeStacks } from "./commands/write-stacks";

const err = (text: string) => process.stderr.write(text);
const request = requestOf({}, process.env, process.cwd(), new Date());
if ("fault" in request) {
  err(`${request.fault}\n`);
  process.exitCode = EXIT.usage;
} else {
  const written = writeStacks(request, undefined, { out: err, err, colour: false, columns: 80 });
  if ("exit" in written) process.exitCode = written.exit;
}
