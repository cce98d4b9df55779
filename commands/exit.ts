/** What the exit code says. */
export const EXIT = {
  fine: 0,
  /** Problems in the input. */
  problems: 1,
  /** Wrong use of the command. */
  usage: 2,
  /** The world failed: network, credentials, backend. */
  world: 3,
  /** Changes, drift or a refused gate, where the caller asked to know. */
  changes: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
