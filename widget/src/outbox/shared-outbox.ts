/**
 * One outbox for all tabs of a visitor. What one tab writes is shown in the others, too, and any of
 * them sends it when the one that wrote it has no answer after a moment: it may have crashed, sleep,
 * or be without a connection. The `cid` is the same, so the server stores one message, and its
 * answer or its frame resolves it in every tab. No tab leads, so none has to be missed.
 *
 *   written there ─► the storage tells ─► waits here ─► its frame: resolved
 *                                                   ├─► gone from the storage: answered there
 *                                                   └─► still there: sent from here
 */

import type { Room } from "../rooms/room.ts";
import type { Pending } from "../rooms/state.ts";
import { OUTBOX } from "../storage.ts";
import { type Entry, type OutboxStorage, readEntry } from "./outbox-storage.ts";

/** Longer than most answers take, shorter than anybody waits. */
export const GRACE_MS = 700;

export interface SharedOutboxHost {
  readonly storage: OutboxStorage;
  /** What all keys of this site in the browser's storage begin with. */
  readonly prefix: string;
  readonly rooms: ReadonlyMap<string, Room>;
  /** The room of that name, which is joined as long as it has unsent messages. */
  open(name: string): Room;
  /** The id of the visitor, where it is known. */
  me(): string | undefined;
  /** Views are told once of all changes inside. */
  together(action: () => void): void;
  /** Asks the server what waits in this room. */
  ask(room: Room): void;
}

export class SharedOutbox {
  private readonly host: SharedOutboxHost;
  private readonly syncedAt = new WeakMap<Room, number>();
  private watch: AbortController | null = null;

  constructor(host: SharedOutboxHost) {
    this.host = host;
  }

  start(): void {
    this.watch?.abort();
    this.watch = new AbortController();
    const { window } = globalThis as Partial<typeof globalThis>;
    window?.addEventListener("storage", (event) => this.stored(event), {
      signal: this.watch.signal,
    });
  }

  stop(): void {
    this.watch?.abort();
  }

  /** Takes up what is stored, and opens its rooms. Later it is known to be another tab's. */
  takeUp(isFirst = false): void {
    const { storage, rooms, open } = this.host;
    for (const one of storage.all())
      if (isFirst || this.isMine(one))
        this.queue(open(one.room), one.entry, isFirst ? 0 : Date.now());
    // Another tab took these away while this one could not hear it.
    for (const room of rooms.values())
      for (const { cid, status } of room.state.pending)
        if (status === "failed" && !storage.find(cid)) room.dispatch({ type: "drop", cid });
  }

  /** The same for one room. */
  restore(room: Room): void {
    for (const kept of this.host.storage.all())
      if (kept.room === room.slug) this.queue(room, kept.entry, 0);
  }

  /** The room is in step: whoever wrote what waits may be so, too, and goes first. */
  synced(room: Room): void {
    this.syncedAt.set(room, Date.now());
  }

  /** Whether this one is not to be sent from here, yet or any more. */
  leaves(room: Room, { cid, elsewhere }: Pending): boolean {
    if (!elsewhere) return false;
    const wait = Math.max(elsewhere, this.syncedAt.get(room) ?? 0) + GRACE_MS - Date.now();
    if (wait > 0) room.later("send", wait, () => room.flush());
    else if (this.host.storage.find(cid)) return false;
    else {
      // As a message it is here by now; what waits for approval is listed in the answer.
      room.dispatch({ type: "drop", cid });
      this.host.ask(room);
    }
    return true;
  }

  /** Somebody else on the same machine, or I before I was somebody else: not sent by itself. */
  private isMine({ entry, by }: Entry): boolean {
    const me = this.host.me();
    return (by ?? me) === me && (entry.written ?? me) === me;
  }

  private queue(room: Room, entry: Pending, elsewhere: number): void {
    if (!room.state.pending.some(({ cid }) => cid === entry.cid))
      room.dispatch({ type: "queue", entry: { ...entry, elsewhere } });
  }

  /** Another tab changed the storage. */
  private stored({ key, newValue }: StorageEvent): void {
    const { prefix, together } = this.host;
    if (!key?.startsWith(prefix + OUTBOX)) return;
    const entry = readEntry(key.slice(prefix.length), newValue);
    if (entry && this.isMine(entry)) together(() => this.heard(entry));
  }

  private heard({ room: name, entry }: Entry): void {
    const room = this.host.open(name);
    const known = room.state.pending.find(({ cid }) => cid === entry.cid);
    const now = Date.now();
    if (!known) this.queue(room, entry, now);
    else if (known.elsewhere || known.status !== entry.status)
      if (known.status === "sending" || known.status === "failed")
        room.dispatch({ type: "told", entry: { ...entry, elsewhere: known.elsewhere || now } });
  }
}
