/**
 * Notices that the other side does not answer any more. Timers are late in hidden tabs and stand
 * still in sleep, so the heartbeat compares clocks as well.
 */

import type { ClientFrame } from "../protocol/frames.ts";
import { isHidden } from "./page.ts";

/** Nothing may tell of a sleep, and the right screen is to be there two seconds after it. */
const PULSE_MS = 1_000;
const PING_SLACK_MS = 10_000;
const PROBE_DEADLINE_MS = 3_000;
/** A timer this late means that the machine slept. */
const SLEPT_MS = 15_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

export interface HeartbeatHost {
  write(frame: ClientFrame): boolean;
  /** A frame that will be answered, if there is one to ask. */
  probe(): ClientFrame | null;
  /** Nobody answers. */
  silent(): void;
}

export class Heartbeat {
  readonly #host: HeartbeatHost;
  #pingMs = 0;
  #lastFrameAt = 0;
  #lastPulseAt = 0;
  #pulse: Timer;
  #probing: Timer;

  constructor(host: HeartbeatHost) {
    this.#host = host;
  }

  /** The connection is up, and the server pings every `pingS` seconds. */
  start(pingS: number): void {
    clearTimeout(this.#pulse);
    this.#pingMs = pingS * 1000;
    this.#lastPulseAt = this.#lastFrameAt = Date.now();
    this.#pulse = setTimeout(() => this.#beat(), PULSE_MS);
  }

  stop(): void {
    clearTimeout(this.#pulse);
    clearTimeout(this.#probing);
    this.#probing = undefined;
  }

  /** Anything arrived. */
  heard(): void {
    this.#lastFrameAt = Date.now();
    clearTimeout(this.#probing);
    this.#probing = undefined;
  }

  /** A socket may look open long after the network has gone: only an answer proves it. */
  probe(): void {
    if (this.#probing !== undefined) return;
    if (this.#isSilent(Date.now())) return this.#host.silent();
    const frame = this.#host.probe();
    if (!frame) return;
    this.#host.write(frame);
    this.#probing = setTimeout(() => this.#host.silent(), PROBE_DEADLINE_MS);
  }

  #beat(): void {
    this.#pulse = setTimeout(() => this.#beat(), PULSE_MS);
    const now = Date.now();
    const slept = now - this.#lastPulseAt > SLEPT_MS && !isHidden();
    this.#lastPulseAt = now;
    // Somebody set the clock back; the silence is counted from here.
    this.#lastFrameAt = Math.min(this.#lastFrameAt, now);
    if (this.#isSilent(now)) this.#host.silent();
    else if (slept) this.probe();
  }

  #isSilent(now: number): boolean {
    return now - this.#lastFrameAt > this.#pingMs + PING_SLACK_MS;
  }
}
