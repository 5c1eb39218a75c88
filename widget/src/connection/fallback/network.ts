/**
 * What was found out about HTTP on this network; it holds until a WebSocket opens. Best is a stream
 * of events, then long polls where a proxy keeps streams to itself, then plain polls where it cuts
 * those too.
 *
 *   sse ─ nothing arrives ─► long-poll ─ cut even when short ─► poll
 */

import type { TransportChoice, TransportName } from "../transport.ts";

/** A server holds a long poll for at most so long. */
const LONGEST_WAIT_S = 25;
const SHORTEST_WAIT_S = 3;

export interface Network {
  way: Exclude<TransportName, "ws">;
  /** How long a poll may be held. */
  waitS: number;
}

export function newNetwork(choice: TransportChoice): Network {
  return { way: choice === "poll" ? "long-poll" : "sse", waitS: LONGEST_WAIT_S };
}

/** A stream brings nothing, or ends as soon as it has begun. */
export function withoutStreams(network: Network): void {
  if (network.way === "sse") network.way = "long-poll";
}

/** A poll that was held for `waitS` was cut: half of it may be short enough. */
export function withShorterWaits(network: Network, waitS: number): void {
  // Several rooms were cut at once, and one has said so.
  if (waitS > network.waitS) return;
  network.waitS = Math.floor(waitS / 2);
  if (network.waitS < SHORTEST_WAIT_S) network.way = "poll";
}
