/** What a close code means for this side: pure, and the only place that says so. */

import type { Stop } from "./transport.ts";

/** Ended without a close frame. */
export const LOST = 1006;

/**
 *  stop     for good, with the reason in words
 *  backoff  wait longer with every failure, or in the window of the `bye`
 *  unavailable  the same, two seconds at least
 *  now      come back at once and resume
 *  session  ask for a new session first
 *  renew    the same, once only; else stop
 *  focus    stop until this tab has the focus
 *  later    stop for a minute, then one try
 */
export type NextStep =
  | "stop"
  | "backoff"
  | "unavailable"
  | "now"
  | "session"
  | "renew"
  | "focus"
  | "later";

/**
 * 4000-4499 come back and 4500-4999 do not, also those that are not known yet; here is the rest.
 */
const NEXT_STEPS: ReadonlyMap<number, NextStep> = new Map([
  [1000, "stop"],
  [4001, "now"],
  [4002, "now"],
  [4003, "session"],
  [4004, "unavailable"],
  [4502, "renew"],
  [4506, "focus"],
  [4507, "later"],
]);

export function nextStep(code: number): NextStep {
  return NEXT_STEPS.get(code) ?? (code >= 4500 && code < 5000 ? "stop" : "backoff");
}

/** By these a view chooses its words and what it offers. */
const STOPS: ReadonlyMap<number, readonly [Stop["code"], Stop["remedy"]?]> = new Map([
  [4501, ["stopped", "reload"]],
  [4502, ["invalid_token"]],
  [4503, ["site_disabled", "hide"]],
  [4504, ["banned"]],
  [4505, ["origin_not_allowed"]],
  [4506, ["rate", "focus"]],
  [4507, ["rate"]],
  [4508, ["forbidden"]],
]);

/** `reason` is the server's, from its `bye`. */
export function stopFor(closeCode: number, reason: string | undefined): Stop {
  const [code, remedy = "none"] = STOPS.get(closeCode) ?? ["stopped"];
  return { code, remedy, message: reason || `The chat was closed (${closeCode}).` };
}
