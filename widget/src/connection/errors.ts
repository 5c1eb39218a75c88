/** Every refusal as one kind of error, with the server's words. */

import type { Code, Problem } from "../protocol/frames.ts";
import type { Refusal } from "../protocol/session-call.ts";
import { Refused } from "./http-client.ts";

export type Trouble = Problem & { readonly retry_ms?: number };

export class ChatError extends Error implements Problem {
  declare readonly code: Problem["code"];
  declare readonly hint?: string;
  declare readonly field?: string;
  declare readonly until?: string | null;
  declare readonly retry_ms?: number;

  constructor(problem: Trouble) {
    super(problem.message);
    Object.assign(this, problem);
  }
}

/** A proxy in between may answer with a page of its own: then only the status speaks. */
export function problemOf(error: unknown): Trouble {
  if (!(error instanceof Refused))
    return { code: "network", message: "The chat server could not be reached." };
  const { status, wait } = error;
  const answer = error.answer as Partial<Refusal> | null;
  const code: Code = answer?.error ?? (status === 429 ? "rate" : "unavailable");
  const message = `The chat server answered ${status}.`;
  return { message, retry_ms: wait * 1000 || undefined, ...answer, code };
}
