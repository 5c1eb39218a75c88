/**
 * What follows when a connection has ended: pure. An outage lasts from the first loss until a
 * connection was stable again, and what happened in it decides how patient the next attempt is.
 */

import type { ByeFrame } from "../protocol/frames.ts";
import { backoffMs, windowMs } from "./backoff.ts";
import { nextStep } from "./close-codes.ts";

const UNAVAILABLE_WAIT_MS = 2_000;
const FLOOD_PAUSE_MS = 60_000;
/** Attempts that were never answered tell nothing; the session call explains. */
const UNANSWERED_BEFORE_ASKING = 2;

export interface Outage {
  /** Milliseconds since 1970. */
  readonly since: number | null;
  readonly attempt: number;
  /** Attempts in a row that were never answered. */
  readonly unanswered: number;
  readonly hasRenewed: boolean;
  readonly hasPaused: boolean;
}

export const NO_OUTAGE: Outage = {
  since: null,
  attempt: 0,
  unanswered: 0,
  hasRenewed: false,
  hasPaused: false,
};

export interface End {
  readonly code: number;
  readonly bye: ByeFrame | null;
  readonly wasAnswered: boolean;
  readonly isHidden: boolean;
  readonly now: number;
}

export interface Outcome {
  readonly outage: Outage;
  /** The next attempt begins with a session call. */
  readonly needsSession: boolean;
  /** Until the next attempt; null where there is none. */
  readonly waitMs: number | null;
  /** Whether a good moment may shorten the wait. */
  readonly mayHurry: boolean;
}

export function outcomeOf({ code, bye, wasAnswered, isHidden, now }: End, outage: Outage): Outcome {
  const step = nextStep(code);
  const counted = wasAnswered ? 0 : outage.unanswered + 1;
  const isUnexplained = counted >= UNANSWERED_BEFORE_ASKING;
  const needsSession = isUnexplained || step === "session" || step === "renew";
  const next = {
    ...outage,
    unanswered: needsSession ? 0 : counted,
    hasRenewed: outage.hasRenewed || step === "renew",
    hasPaused: outage.hasPaused || step === "later",
  };
  const isOver =
    step === "stop" ||
    step === "focus" ||
    (step === "renew" && outage.hasRenewed) ||
    (step === "later" && outage.hasPaused);
  if (isOver) return { outage: next, needsSession, waitMs: null, mayHurry: false };
  if (step === "later")
    return { outage: next, needsSession, waitMs: FLOOD_PAUSE_MS, mayHurry: false };
  const atOnce = outage.attempt === 0 && ["now", "session", "renew"].includes(step);
  let waitMs = atOnce ? 0 : backoffFor(outage, isHidden, now);
  if (step === "unavailable") waitMs = Math.max(waitMs, UNAVAILABLE_WAIT_MS);
  if (bye?.retry_ms) waitMs = windowMs(bye.retry_ms, Math.random);
  return { outage: next, needsSession, waitMs, mayHurry: true };
}

export function backoffFor({ attempt, since }: Outage, isHidden: boolean, now: number): number {
  const lastedMs = Math.max(0, now - (since ?? now));
  return backoffMs({ attempt, lastedMs, hidden: isHidden }, Math.random);
}
