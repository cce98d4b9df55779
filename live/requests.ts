import { z } from "zod";
import type { Answer, Sent, Transport } from "./transport";
import { WorldError } from "./world";

/** Requests that are under way at once: a cloud is looked at, not pressed. */
const AT_ONCE = 8;

/** Pauses before the next attempts, in milliseconds. */
const PAUSES = [250, 1000, 3000];

/** The longest pause that a server may ask for. */
const LONGEST = 20_000;

/** Answers that may be others a moment later. */
const PASSING = new Set([429, 500, 502, 503, 504]);

type Pause = (milliseconds: number) => Promise<void>;

const pause: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Sends requests, a few at a time, again where the failure may pass. */
export class Requests {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly transport: Transport,
    private readonly wait: Pause = pause,
  ) {}

  /** The last answer, whatever its status; a WorldError where there is none. */
  async send(sent: Sent): Promise<Answer> {
    for (const milliseconds of PAUSES) {
      const answer = await this.attempt(sent);
      if (answer && !PASSING.has(answer.status)) return answer;
      await this.wait(Math.min(LONGEST, askedPause(answer) ?? milliseconds));
    }
    return this.lastAttempt(sent);
  }

  /** An attempt that others follow: undefined where the connection broke. */
  private async attempt(sent: Sent): Promise<Answer | undefined> {
    try {
      return await this.inTurn(sent);
    } catch (error) {
      return isPassing(error) ? undefined : fail(sent, error);
    }
  }

  private async lastAttempt(sent: Sent): Promise<Answer> {
    try {
      return await this.inTurn(sent);
    } catch (error) {
      return fail(sent, error);
    }
  }

  private async inTurn(sent: Sent): Promise<Answer> {
    while (this.underWay >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.underWay += 1;
    try {
      return await this.transport(sent);
    } finally {
      this.underWay -= 1;
      this.waiting.shift()?.();
    }
  }
}

function fail({ url }: Sent, error: unknown): never {
  throw new WorldError(`${new URL(url).origin} cannot be reached: ${reasonOf(error)}`);
}

/** Connections that break may hold the next time; names that do not exist and bad certificates stay so. */
function isPassing(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"].includes(codeOf(error));
}

/** An error as sockets throw it; from another realm it is no instance of ours. */
const socketError = z.object({ code: z.string().default(""), message: z.string().default("") });

function codeOf(error: unknown): string {
  return socketError.safeParse(error).data?.code ?? "";
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const words = WORDS[code];
  if (words !== undefined) return words;
  return socketError.safeParse(error).data?.message || code || "no reason given";
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused (is the address right, is the service up?)",
  ENOTFOUND: "no such host",
  ECONNRESET: "the connection broke, several times",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed; OS_CACERT names a file with the authority's",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate's authority is not known; OS_CACERT names a file with it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate's authority is not known; OS_CACERT names a file with it",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate's authority is not known; OS_CACERT names a file with it",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

/** The seconds of `Retry-After`, in milliseconds. */
function askedPause(answer: Answer | undefined): number | undefined {
  const seconds = Number(answer?.headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
