/**
 * SIGINT, SIGTERM and SIGHUP while something is under way: they are heard, and whoever works decides. Nothing ends at once,
 * for Terraform has a state to write and a lock to free.
 */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Works that want to hear. */
let working = 0;
let heard = 0;
const listeners = new Set<() => void>();

function hear(): void {
  heard++;
  for (const listener of listeners) listener();
}

/** Does a work that a signal does not simply end. Nothing else changes: it asks `interruptions`, or listens. */
export async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  if (working++ === 0) {
    heard = 0;
    for (const signal of SIGNALS) process.on(signal, hear);
  }
  try {
    return await work();
  } finally {
    if (--working === 0) for (const signal of SIGNALS) process.off(signal, hear);
  }
}

/** How often the works that are under way were asked to end. */
export function interruptions(): number {
  return working === 0 ? 0 : heard;
}

/** Calls a listener at each signal, until the returned function is called. */
export function onInterruption(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
