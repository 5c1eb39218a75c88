/**
 * What I wrote and nobody has confirmed, kept over a reload, a crash, a closed tab. Each message
 * has a key of its own, so that two tabs never overwrite one another; a tab that opens later takes
 * the others' up as well, and the `cid` keeps the server from storing one twice. What happens
 * between tabs is in session/tabs/.
 */

import { toJson } from "../protocol/json.ts";
import type { Pending } from "../rooms/state.ts";
import type { Store } from "../storage.ts";

/** Keys of messages that nobody has confirmed begin so. */
export const OUTBOX = "out:";

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

const isUnconfirmed = ({ status }: Pending) => status === "sending" || status === "failed";

export class OutboxStorage {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Keeps what nobody has confirmed. What another tab wrote is kept by that tab, until this one
   * sends it.
   */
  save(
    room: string,
    before: readonly Pending[],
    after: readonly Pending[],
    by: string | undefined,
  ): void {
    if (before === after) return;
    const kept = after.filter(isUnconfirmed);
    for (const { cid } of before)
      if (!kept.some((entry) => entry.cid === cid)) this.#store.remove(OUTBOX + cid);
    for (const entry of kept)
      if (!entry.otherTabSince && !before.includes(entry))
        this.#store.set(OUTBOX + entry.cid, toJson({ room, entry, by }));
  }

  /** Everything that is still good, oldest first. */
  all(): readonly Entry[] {
    const found: Entry[] = [];
    for (const key of this.#store.keys(OUTBOX)) {
      const stored = this.#read(key);
      if (!stored || Date.now() - stored.entry.at > KEEP_MS) this.#store.remove(key);
      else found.push(stored);
    }
    return found.sort((a, b) => a.entry.at - b.entry.at);
  }

  /** One that is there. */
  find(cid: string): Entry | null {
    return this.#read(OUTBOX + cid);
  }

  /** Forgets what was written until then; the answer tells which. */
  clear(until: number): readonly string[] {
    const keys = this.#store
      .keys(OUTBOX)
      .filter((key) => (this.#read(key)?.entry.at ?? 0) <= until);
    for (const key of keys) this.#store.remove(key);
    return keys.map((key) => key.slice(OUTBOX.length));
  }

  /** What stands under a key of the outbox, or nothing where that is broken. */
  parse(key: string, text: string | null): Entry | null {
    try {
      const stored = JSON.parse(text ?? "") as Entry;
      const { cid, body, at } = stored.entry;
      const isSound = typeof cid === "string" && typeof body === "string" && at > 0;
      return isSound && key === OUTBOX + cid ? stored : null;
    } catch {
      return null;
    }
  }

  #read(key: string): Entry | null {
    return this.parse(key, this.#store.get(key));
  }
}
