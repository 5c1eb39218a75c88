/**
 * What I wrote and nobody has confirmed, kept over a reload, a crash, a closed tab. Each message
 * has a key of its own, so that two tabs never overwrite one another; a tab that opens later takes
 * the others' up as well, and the `cid` keeps the server from storing one twice.
 */

import type { Pending } from "./state.ts";
import type { Store } from "./storage.ts";

/** What waited longer is not sent any more: the server remembers a `cid` for 48 hours only. */
export const MAX_AGE_MS = 24 * 3_600_000;
/** What nobody came back for is forgotten. */
const KEEP_MS = 7 * 24 * 3_600_000;
const PREFIX = "out:";

interface Stored {
  readonly room: string;
  readonly entry: Pending;
}

export interface Outbox {
  /** Entries of a room, oldest first. */
  restore(room: string, now: number): readonly Pending[];
  /** Writes what changed between two states of a room and nothing else. */
  save(room: string, before: readonly Pending[], after: readonly Pending[]): void;
  clear(): void;
}

function isKept({ status }: Pending): boolean {
  return status === "sending" || status === "failed";
}

export function createOutbox(store: Store): Outbox {
  function read(key: string): Stored | null {
    try {
      const stored = JSON.parse(store.get(key) ?? "") as Stored;
      const { cid, body, at } = stored.entry;
      const sound = typeof cid === "string" && typeof body === "string" && at > 0;
      return sound && key === PREFIX + cid ? stored : null;
    } catch {
      return null;
    }
  }

  return {
    restore(room, now) {
      const found: Pending[] = [];
      for (const key of store.keys(PREFIX)) {
        const stored = read(key);
        if (!stored || now - stored.entry.at > KEEP_MS) store.remove(key);
        else if (stored.room === room) found.push(stored.entry);
      }
      return found.sort((a, b) => a.at - b.at);
    },
    save(room, before, after) {
      if (before === after) return;
      const kept = new Set(after.filter(isKept));
      const cids = new Set([...kept].map(({ cid }) => cid));
      for (const entry of before) if (!cids.has(entry.cid)) store.remove(PREFIX + entry.cid);
      for (const entry of kept)
        if (!before.includes(entry)) {
          const stored: Stored = { room, entry };
          store.set(PREFIX + entry.cid, JSON.stringify(stored));
        }
    },
    clear() {
      for (const key of store.keys(PREFIX)) store.remove(key);
    },
  };
}
