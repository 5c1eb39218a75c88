/** The one interface of all transports, and how a connection is described to everybody else. */

import {
  type ClientFrame,
  type Problem,
  SERVER_FRAME_TYPES,
  type ServerFrame,
} from "../protocol/frames.ts";

/**
 * idle          not started, or asleep in a hidden tab
 * connecting    the first attempt
 * online        frames flow
 * reconnecting  was online or tried once; the next attempt is under way or waits for `retryAt`
 * offline       the browser says that there is no network
 * stopped       not coming back by itself; `stop` says why
 */
export type ConnectionStatus =
  | "idle"
  | "connecting"
  | "online"
  | "reconnecting"
  | "offline"
  | "stopped";

/** From the best to the one that goes through everything; see route.ts and fallback/network.ts. */
export type TransportName = "ws" | "sse" | "long-poll" | "poll";

/** Why there is no coming back by itself. */
export interface Stop extends Problem {
  /**
   * reload  the page is older than the server
   * hide    the site was switched off: show nothing
   * focus   too many tabs: this one comes back when it has the focus
   * none    nothing the visitor can do
   */
  readonly remedy: "reload" | "hide" | "focus" | "none";
}

export interface ConnectionInfo {
  readonly status: ConnectionStatus;
  readonly transport: TransportName | null;
  /** When the next attempt begins: milliseconds since 1970. */
  readonly retryAt: number | null;
  readonly stop: Stop | null;
}

export interface TransportEvents {
  opened(): void;
  /** Also without any frame that is understood: whatever arrives proves that the peer lives. */
  received(frames: readonly ServerFrame[]): void;
  /** Once, and never after `close`. Without a code it ended without a close frame. */
  closed(code?: number): void;
}

export interface Transport {
  /** Which one it is now: those by HTTP may change among themselves. */
  readonly name: TransportName;
  send(frame: ClientFrame): void;
  /** Bytes that were written and have not left yet. */
  backlog(): number;
  /**
   * Ends it without a word to `TransportEvents`. With `afterOpening` a WebSocket that still
   * connects ends once it is open.
   */
  close(afterOpening?: boolean): void;
}

/** What the page asks for; `sse` and `poll` begin there and never try a WebSocket. */
export type TransportChoice = "auto" | "ws" | "sse" | "poll";

export type OpenTransport = (url: string, events: TransportEvents) => Transport;

const KNOWN: ReadonlySet<string> = new Set(SERVER_FRAME_TYPES);

/** One frame, or several in an array; what is unknown or broken is left out. */
export function parseFrames(text: unknown): readonly ServerFrame[] {
  try {
    const parsed: unknown = JSON.parse(String(text));
    return (Array.isArray(parsed) ? parsed : [parsed]).filter((frame): frame is ServerFrame =>
      KNOWN.has(frame?.type),
    );
  } catch {
    return [];
  }
}
