/** How long to wait before coming back: pure, so that its bounds can be proved. */

const BASE_MS = 250;
const STEP_MS = 500;
const CAP_MS = 8_000;
/** After the first minute of an outage the server is not just restarting. */
const LONG_OUTAGE_MS = 60_000;
const LONG_CAP_MS = 30_000;
/** Nobody looks at a hidden tab. */
const HIDDEN_CAP_MS = 60_000;

export interface Outage {
  /** Attempts that failed since the last stable connection. */
  readonly attempt: number;
  readonly lastedMs: number;
  readonly hidden: boolean;
}

/** Full jitter, so that after a restart the visitors of a site don't return in step. */
export function backoffMs({ attempt, lastedMs, hidden }: Outage, random: () => number): number {
  let cap = lastedMs < LONG_OUTAGE_MS ? CAP_MS : LONG_CAP_MS;
  if (hidden) cap = HIDDEN_CAP_MS;
  return BASE_MS + random() * Math.min(cap, STEP_MS * 2 ** attempt);
}

/** The window of a `bye`; whatever it says, never before now. */
export function windowMs([low, high]: readonly [number, number], random: () => number): number {
  return Math.max(0, low + random() * Math.max(0, high - low));
}
