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

import type { Core } from "./conversation-types.ts";
import { OUTBOX } from "./core.ts";
import type { Room } from "./room.ts";
import type { Pending } from "./state.ts";
import { type Entry, readEntry, type Stored } from "./stored.ts";

/** Longer than most answers take, shorter than anybody waits. */
export const GRACE_MS = 700;

export interface Handover {
  /** Takes up what is stored; the rooms of it are opened. Later it is known to be another tab's. */
  takeUp(isFirst?: boolean): void;
  /** The same for one room. */
  restore(room: Room): void;
  /** The room is in step: whoever wrote what waits may be so, too, and goes first. */
  synced(room: Room): void;
  /** Whether this one is not to be sent from here, yet or any more. */
  leaves(room: Room, entry: Pending): boolean;
  start(): void;
  stop(): void;
}

export function createHandover(core: Core, stored: Stored, ask: (room: Room) => void): Handover {
  const { rooms, prefix, about, together } = core;
  const syncedAt = new WeakMap<Room, number>();
  let watch: AbortController | null = null;

  /** Somebody else on the same machine, or I before I was somebody else: not to be sent by itself. */
  function isMine({ entry, by }: Entry): boolean {
    const me = about.visitor?.id;
    return (by ?? me) === me && (entry.written ?? me) === me;
  }

  function queue(room: Room, entry: Pending, elsewhere: number): void {
    if (!room.state.pending.some(({ cid }) => cid === entry.cid))
      room.dispatch({ type: "queue", entry: { ...entry, elsewhere } });
  }

  /** Another tab stored it. */
  function hear({ room: name, entry }: Entry): void {
    const room = core.open(name);
    const known = room.state.pending.find(({ cid }) => cid === entry.cid);
    const now = Date.now();
    if (!known) queue(room, entry, now);
    else if (known.elsewhere || known.status !== entry.status)
      if (/sending|failed/.test(known.status))
        room.dispatch({ type: "told", entry: { ...entry, elsewhere: known.elsewhere || now } });
  }

  return {
    takeUp(isFirst = false) {
      const kept = stored.all();
      for (const one of kept)
        if (isFirst || isMine(one)) queue(core.open(one.room), one.entry, isFirst ? 0 : Date.now());
      // Taken away in another tab while this one could not hear it.
      for (const room of rooms.values())
        for (const { cid, status } of room.state.pending)
          if (status === "failed" && !stored.find(cid)) room.dispatch({ type: "drop", cid });
    },
    restore(room) {
      for (const kept of stored.all()) if (kept.room === room.slug) queue(room, kept.entry, 0);
    },
    synced(room) {
      syncedAt.set(room, Date.now());
    },
    leaves(room, { cid, elsewhere }) {
      if (!elsewhere) return false;
      const wait = Math.max(elsewhere, syncedAt.get(room) ?? 0) + GRACE_MS - Date.now();
      if (wait > 0) room.later("send", wait, room.flush);
      else if (stored.find(cid)) return false;
      else {
        // As a message it is here by now; what waits for approval is listed in the answer.
        room.dispatch({ type: "drop", cid });
        ask(room);
      }
      return true;
    },
    start() {
      watch?.abort();
      watch = new AbortController();
      (globalThis as Partial<typeof globalThis>).window?.addEventListener(
        "storage",
        ({ key, newValue }) => {
          if (!key?.startsWith(prefix + OUTBOX)) return;
          const told = readEntry(key.slice(prefix.length), newValue);
          if (told && isMine(told)) together(() => hear(told));
        },
        { signal: watch.signal },
      );
    },
    stop: () => watch?.abort(),
  };
}
