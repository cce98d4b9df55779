import type { ParseArgsConfig } from "node:util";
import type { Request } from "../catalog/load";
import type { ExitCode } from "./exit";

/** Where a command writes, and what it may know of the terminal. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly colour: boolean;
  readonly columns: number;
  /** Whether a person reads what goes out, rather than a program or a file. */
  readonly isTerminal?: boolean;
  /** The width of the terminal; absent where the output is none: nothing is wrapped there. */
  readonly width?: number | undefined;
  /** Where a person answers questions; absent in a script. */
  readonly terminal?: (() => Terminal) | undefined;
}

/** A person at a terminal. */
export interface Terminal {
  /** The answer to a question; undefined: there will be no more answers. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** What a verb is called with. */
export interface Call {
  readonly request: Request;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly streams: Streams;
  readonly cwd: string;
  /** The environment variables, for who talks to the world. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** One verb of the command line. */
export interface Verb {
  readonly name: string;
  /** How its words are written in the help, such as `KIND KEY [PATH]`. */
  readonly usage: string;
  readonly summary: string;
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  readonly words: { readonly min: number; readonly max: number };
  run(call: Call): ExitCode | Promise<ExitCode>;
}

/** Wrong use of a command: shown with its usage, exit code 2. */
export class UsageError extends Error {}
