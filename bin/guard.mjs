// Problems of the data are printed by the commands. Whatever else is thrown is a mistake of the program.
export async function guarded(work) {
  try {
    process.exitCode = (await work()) ?? process.exitCode;
  } catch (error) {
    process.stderr.write(
      "cloud-entities: this is a mistake of the program, not of the data. Please report it, with what follows:\n" +
        `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 3;
  }
}
