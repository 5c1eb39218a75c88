/**
 * What I wrote and nobody has confirmed, kept over a reload, a crash, a closed tab. Each message
 * has a key of its own, so that two tabs never overwrite one another; a tab that opens later takes
 * the others' up as well, and the `cid` keeps the server from storing one twice. Written in
 * conversation.ts, read here, heard of between tabs in handover.ts.
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
  /** Who wrote it, where that was known. */
  readonly by?: string;
}

export interface Stored {
  /** Everything that is still good, oldest first. */
  all(): readonly Entry[];
  /** One that is there. */
  find(cid: string): Entry | null;
  /** Forgets what was written until then; the answer tells which. */
  clear(until: number): readonly string[];
}

/** What stands under a key of the outbox, or nothing where that is broken. */
export function readEntry(key: string, text: string | null): Entry | null {
  try {
    const stored = JSON.parse(text ?? "") as Entry;
    const { cid, body, at } = stored.entry;
    const sound = typeof cid === "string" && typeof body === "string" && at > 0;
    return sound && key === OUTBOX + cid ? stored : null;
  } catch {
    return null;
  }
}

export function createStored(store: Store): Stored {
  const read = (key: string) => readEntry(key, store.get(key));
  return {
    all() {
      const found: Entry[] = [];
      for (const key of store.keys(OUTBOX)) {
        const stored = read(key);
        if (!stored || Date.now() - stored.entry.at > KEEP_MS) store.remove(key);
        else found.push(stored);
      }
      return found.sort((a, b) => a.entry.at - b.entry.at);
    },
    find: (cid) => read(OUTBOX + cid),
    clear(until) {
      const keys = store.keys(OUTBOX).filter((key) => (read(key)?.entry.at ?? 0) <= until);
      for (const key of keys) store.remove(key);
      return keys.map((key) => key.slice(OUTBOX.length));
    },
  };
}
