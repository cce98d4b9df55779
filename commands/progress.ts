import type { PlanEvent } from "../terraform/plan";
import { cut, printable } from "./terminal-text";
import type { Streams } from "./verb";

/** What is under way: on a terminal one line that is written over; elsewhere a line for each thing that is done. */
export class Progress {
  private isShown = false;

  constructor(private readonly streams: Streams) {}

  /** What is being done, of interest only now. */
  now(text: string): void {
    if (!this.streams.isTerminal) return;
    this.streams.out(`\r\u001b[K${cut(printable(text), Math.max(20, (this.streams.width ?? 80) - 1))}`);
    this.isShown = true;
  }

  /** What was done; `short` is what it looks like on a terminal. */
  done(text: string, short = text): void {
    if (this.streams.isTerminal) this.now(short);
    else this.streams.out(`${printable(text)}\n`);
  }

  /** Takes away what is shown, so that other text begins on a line of its own. */
  clear(): void {
    if (this.isShown) this.streams.out("\r\u001b[K");
    this.isShown = false;
  }
}

/** How far the planning of a stack is. */
export function planningText(stack: string, event: PlanEvent): string {
  return `${stack}: ${event.is}${event.is === "refreshing" ? ` ${event.count}` : ""}`;
}
