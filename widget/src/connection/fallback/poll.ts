/** Polls: what is asked, and how long to wait between two that were not held. Pure. */

import type { Joining } from "../../protocol/frames.ts";

/** While people talk, and when they have stopped; the link must still see that the server lives. */
const PAUSE_MS = 2_000;
const QUIET_MS = 60_000;
const QUIET_PAUSE_MS = 10_000;

export function pollPauseMs(quietMs: number, random: () => number): number {
  return (quietMs < QUIET_MS ? PAUSE_MS : QUIET_PAUSE_MS) * (1 + random() / 5);
}

/** The address of a room's changes after a cursor. */
export function eventsPath({ room, epoch, since }: Joining, waitS = 0): string {
  const cursor = epoch ? `?epoch=${epoch}&since=${since}` : "";
  const held = waitS ? `${cursor ? "&" : "?"}wait=${waitS}` : "";
  return `rooms/${encodeURIComponent(room)}/events${cursor}${held}`;
}
