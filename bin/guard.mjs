// Problems of the data are printed by the commands. Whatever else is thrown is a mistake of the program.
export async function guarded(work) {
  try {
    process.exitCode = (await work()) ?? process.exitCode;
  } catch (error) {
    const hint =
      "This is a mistake of the program, not of the data; please report it. CLOUD_ENTITIES_TRACE=1 shows its trace.";
    process.stderr.write(
      `cloud-entities: ${error.message}\n${process.env.CLOUD_ENTITIES_TRACE ? error.stack : hint}\n`,
    );
    process.exitCode = 3;
  }
}
