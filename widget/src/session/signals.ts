/** What the server hears of reading and typing: merged, as often as it allows. */

import type { ClientFrame, Limits } from "../protocol/frames.ts";
import type { Room } from "../rooms/room.ts";

export interface SignalHost {
  limits(): Limits;
  write(frame: ClientFrame): boolean;
  backlog(): number;
}

export class Signals {
  readonly #host: SignalHost;
  readonly #lastTypingAt = new WeakMap<Room, number>();
  readonly #lastSeenAt = new WeakMap<Room, number>();

  constructor(host: SignalHost) {
    this.#host = host;
  }

  /** At every key; one frame in `typing_s` goes out. */
  typing(room: Room): void {
    const host = this.#host;
    const now = Date.now();
    const isSoon = now - (this.#lastTypingAt.get(room) ?? 0) < host.limits().typing_s * 1000;
    // Behind a full buffer it would arrive when it is no longer true.
    if (!room.synced || isSoon || host.backlog()) return;
    if (host.write({ type: "typing", room: room.slug })) this.#lastTypingAt.set(room, now);
  }

  /**
   * The read mark of the room moved; one frame in `seen_s` goes out. The last of a page that is
   * left does not wait.
   */
  seen(room: Room, isLast?: boolean): void {
    const host = this.#host;
    const { seen } = room.state;
    if (seen <= room.seenSent) return;
    const wait = (this.#lastSeenAt.get(room) ?? 0) + host.limits().seen_s * 1000 - Date.now();
    if (wait > 0 && !isLast) return room.later("seen", wait, () => this.seen(room));
    if (!host.write({ type: "seen", room: room.slug, rev: seen })) return;
    this.#lastSeenAt.set(room, Date.now());
    room.seenSent = seen;
  }
}
