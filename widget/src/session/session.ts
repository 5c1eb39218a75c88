/**
 * The conversation with one site: one connection for all instances on the page with the same
 * site key and server, several rooms.
 *
 * A view reads `snapshot()` and `room(name)`, both immutable and identical while nothing changed,
 * and draws again when `subscribe` calls. A room's name is its slug, or an alias: "" is the site's
 * default room, "private" the visitor's own room with the team, "auto" the room of the page.
 */

import { Conversation } from "./conversation.ts";
import type { Session, SessionOptions } from "./types.ts";

export type { ConnectionInfo, ConnectionStatus, EventName, SessionEvents, Stop } from "./events.ts";
export type * from "./types.ts";

interface Shared {
  readonly conversation: Conversation;
  holders: number;
}

const shared = new Map<string, Shared>();

/** What one instance holds, so that `close` gives back all of it and nothing of the others. */
class Holds {
  readonly #held = new Set<() => void>();

  add(release: () => void): () => void {
    const once = () => {
      if (this.#held.delete(once)) release();
    };
    this.#held.add(once);
    return once;
  }

  releaseAll(): void {
    for (const release of [...this.#held]) release();
  }
}

/** Instances with the same server and key get the same conversation. */
export function openSession(options: SessionOptions): Session {
  const base = options.base.replace(/\/+$/, "");
  const name = `${base} ${options.site} ${options.isTeam === true}`;
  const entry = shared.get(name) ?? {
    conversation: new Conversation({ ...options, base }),
    holders: 0,
  };
  shared.set(name, entry);
  entry.holders += 1;
  const { conversation } = entry;
  const holds = new Holds();
  let isOpen = true;
  let inactive: (() => void) | null = null;
  return {
    store: conversation.store,
    snapshot: () => conversation.snapshot(),
    room: (room) => conversation.room(room),
    heeds: (slug) => conversation.heeds(slug),
    start: () => conversation.start(),
    reconnect: () => conversation.reconnect(),
    reset: () => conversation.reset(),
    send: (room, body, rest) => conversation.rooms.send(room, body, rest),
    retry: (room, cid) => conversation.rooms.retry(room, cid),
    discard: (room, cid) => conversation.discard(room, cid),
    act: (room, by) => conversation.act(room, by),
    ignore: (person, isIgnored) => conversation.ignore(person, isIgnored),
    call: (...how) => conversation.call(...how),
    rename: (to) => conversation.rename(to),
    typing: (room) => conversation.typing(room),
    seen: (room) => conversation.seen(room),
    older: (room) => conversation.rooms.older(room),
    trim: (room, groups) => conversation.rooms.trim(room, groups),
    subscribe: (listener) => holds.add(conversation.subscribe(listener)),
    on: (event, listener) => holds.add(conversation.events.on(event, listener)),
    join: (room) => holds.add(conversation.join(room)),
    setActive(active) {
      if (active) inactive ??= holds.add(conversation.activate());
      else {
        inactive?.();
        inactive = null;
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      holds.releaseAll();
      entry.holders -= 1;
      if (entry.holders > 0) return;
      shared.delete(name);
      conversation.end();
    },
  };
}
