import { createInterface } from "node:readline";
import type { Terminal } from "./verb";

/** A person at the terminal that the program runs in. Questions go to where errors go: the output may be a file. */
export function terminal(): Terminal {
  const lines: string[] = [];
  const waiting: ((line: string | undefined) => void)[] = [];
  let isOpen = true;
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  // What is pasted comes faster than it is asked for.
  reader.on("line", (line) => {
    const next = waiting.shift();
    if (next) next(line);
    else lines.push(line);
  });
  reader.on("close", () => {
    isOpen = false;
    for (const next of waiting.splice(0)) next(undefined);
  });
  return {
    ask(question) {
      reader.setPrompt(question);
      if (isOpen) reader.prompt();
      const known = lines.shift();
      if (known !== undefined) process.stderr.write(`${known}\n`);
      if (known !== undefined || !isOpen) return Promise.resolve(known);
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: () => reader.close(),
  };
}
