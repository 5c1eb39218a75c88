/**
 * What I wrote and nobody has confirmed, kept over a reload, a crash, a closed tab. Each message
 * has a key of its own, so that two tabs never overwrite one another; a tab that opens later takes
 * the others' up as well, and the `cid` keeps the server from storing one twice. Written in
 * conversation.ts, read here.
 */

import { OUTBOX } from "./core.ts";
import type { Pending } from "./state.ts";
import type { Store } from "./storage.ts";

/** What waited longer is not sent any more: the server remembers a `cid` for 48 hours only. */
export const MAX_AGE_MS = 24 * 3_600_000;
/** What nobody came back for is forgotten. */
const KEEP_MS = 7 * 24 * 3_600_000;

export interface Entry {
  readonly room: string;
  readonly entry: Pending;
}

export interface Stored {
  /** Entries of a room, oldest first. */
  of(room: string): readonly Pending[];
  /** Forgets what was written until then; the answer tells which. */
  clear(until: number): readonly string[];
}

export function createStored(store: Store): Stored {
  function read(key: string): Entry | null {
    try {
      const stored = JSON.parse(store.get(key) ?? "") as Entry;
      const { cid, body, at } = stored.entry;
      const sound = typeof cid === "string" && typeof body === "string" && at > 0;
      return sound && key === OUTBOX + cid ? stored : null;
    } catch {
      return null;
    }
  }

  return {
    of(room) {
      const found: Pending[] = [];
      for (const key of store.keys(OUTBOX)) {
        const stored = read(key);
        if (!stored || Date.now() - stored.entry.at > KEEP_MS) store.remove(key);
        else if (stored.room === room) found.push(stored.entry);
      }
      return found.sort((a, b) => a.at - b.at);
    },
    clear(until) {
      const keys = store.keys(OUTBOX).filter((key) => (read(key)?.entry.at ?? 0) <= until);
      for (const key of keys) store.remove(key);
      return keys.map((key) => key.slice(OUTBOX.length));
    },
  };
}
