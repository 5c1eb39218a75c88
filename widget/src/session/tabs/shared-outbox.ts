/**
 * One outbox for all tabs of a visitor. What one tab writes is shown in the others, too, and any of
 * them sends it when the one that wrote it has no answer after a moment: it may have crashed,
 * sleep, or be without a connection. The `cid` is the same, so the server stores one message, and
 * its answer or its frame resolves it in every tab. No tab leads, so none has to be missed.
 *
 *   written there ─► the storage tells ─► waits here ─► its frame: resolved
 *                                                   ├─► gone from the storage: answered there
 *                                                   └─► still there: sent from here
 */

import { type Entry, OUTBOX } from "../../outbox/outbox-storage.ts";
import type { Room } from "../../rooms/room.ts";
import type { Pending } from "../../rooms/state.ts";
import type { TabSharingHost } from "./types.ts";

/** Longer than most answers take, shorter than anybody waits. */
const GRACE_MS = 700;

export class SharedOutbox {
  readonly #host: TabSharingHost;
  readonly #syncedAt = new WeakMap<Room, number>();
  #watch: AbortController | null = null;

  constructor(host: TabSharingHost) {
    this.#host = host;
  }

  start(): void {
    this.#watch?.abort();
    this.#watch = new AbortController();
    const { window } = globalThis as Partial<typeof globalThis>;
    window?.addEventListener("storage", (event) => this.#onStorage(event), {
      signal: this.#watch.signal,
    });
  }

  stop(): void {
    this.#watch?.abort();
  }

  /** Takes up what other tabs stored and dropped while this one could not hear it. */
  takeUp(): void {
    const { outbox, rooms, open } = this.#host;
    for (const one of outbox.all())
      if (this.#isMine(one)) this.#queue(open(one.room), one.entry, Date.now());
    for (const room of rooms.values())
      for (const { cid, status } of room.state.pending)
        if (status === "failed" && !outbox.find(cid)) room.dispatch({ type: "drop", cid });
  }

  /** The room is in step: whoever wrote what waits may be so, too, and goes first. */
  synced(room: Room): void {
    this.#syncedAt.set(room, Date.now());
  }

  /** Whether this one is not to be sent from here, yet or any more. */
  leaves(room: Room, { cid, otherTabSince }: Pending): boolean {
    if (!otherTabSince) return false;
    const wait = Math.max(otherTabSince, this.#syncedAt.get(room) ?? 0) + GRACE_MS - Date.now();
    if (wait > 0) room.later("send", wait, () => room.flush());
    else if (this.#host.outbox.find(cid)) return false;
    else {
      // As a message it is here by now; what waits for approval is listed in the answer.
      room.dispatch({ type: "drop", cid });
      this.#host.ask(room);
    }
    return true;
  }

  /** Somebody else on the same machine, or I before I was somebody else: not sent by itself. */
  #isMine({ entry, by }: Entry): boolean {
    const me = this.#host.me();
    return (by ?? me) === me && (entry.written ?? me) === me;
  }

  #queue(room: Room, entry: Pending, otherTabSince: number): void {
    if (!room.state.pending.some(({ cid }) => cid === entry.cid))
      room.dispatch({ type: "queue", entry: { ...entry, otherTabSince } });
  }

  /** Another tab changed the storage. */
  #onStorage({ key, newValue }: StorageEvent): void {
    const { prefix, together, outbox } = this.#host;
    if (!key?.startsWith(prefix + OUTBOX)) return;
    const entry = outbox.parse(key.slice(prefix.length), newValue);
    if (entry && this.#isMine(entry)) together(() => this.#receive(entry));
  }

  #receive({ room: name, entry }: Entry): void {
    const room = this.#host.open(name);
    const known = room.state.pending.find(({ cid }) => cid === entry.cid);
    const now = Date.now();
    if (!known) this.#queue(room, entry, now);
    else if (known.otherTabSince || known.status !== entry.status)
      if (known.status === "sending" || known.status === "failed")
        room.dispatch({
          type: "update",
          entry: { ...entry, otherTabSince: known.otherTabSince || now },
        });
  }
}
