/**
 * Which transport now: pure. A WebSocket where it can be, else by HTTP; there a stream of events,
 * long polls where a proxy keeps streams to itself, plain polls where it cuts those too.
 *
 *   ws ─ three failures in a row while HTTP works ─► sse ─ nothing arrives ─► long-poll ─ cut ─► poll
 *    ▲                                                │ three failures in a row                   │
 *    └────────────────────────────────────────────────┴──────── one that opens, tried each minute ┘
 */

import type { TransportName } from "./transports/transport.ts";

/** What the page asks for; `sse` and `poll` begin there and never try a WebSocket. */
export type TransportChoice = "auto" | "ws" | "sse" | "poll";

export const UPGRADE_EVERY_MS = 60_000;
/** On this network it was blocked on another page; the device may have moved since. */
const REMEMBERED_MS = 55_000;
const FAILURES = 3;
/** A server holds a long poll for at most so long. */
const LONGEST_WAIT_S = 25;
const SHORTEST_WAIT_S = 3;

export interface Policy {
  readonly level: "ws" | "http";
  /** Attempts in a row that reached nobody, though the server could be asked. */
  readonly failures: number;
  /** When a WebSocket was tried last from below: milliseconds since 1970. */
  readonly triedAt: number;
}

/** `remembered`: the last page had to go by HTTP. */
export function startPolicy(choice: TransportChoice, remembered: boolean, now: number): Policy {
  const isLow = choice === "sse" || choice === "poll" || (choice === "auto" && remembered);
  return { level: isLow ? "http" : "ws", failures: 0, triedAt: now - REMEMBERED_MS };
}

/** One more attempt has failed. The third leads to the other side, in either direction. */
export function afterFailure(policy: Policy, choice: TransportChoice, now: number): Policy {
  const failures = policy.failures + 1;
  if (choice !== "auto" || failures < FAILURES) return { ...policy, failures };
  return { level: policy.level === "ws" ? "http" : "ws", failures: 0, triedAt: now };
}

/** How long until a WebSocket is tried again from below. A clock that was set back adds nothing. */
export function upgradeInMs({ triedAt }: Policy, now: number): number {
  return Math.max(0, UPGRADE_EVERY_MS - Math.max(0, now - triedAt));
}

/** What was found out about HTTP on this network; it holds until a WebSocket opens. */
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
