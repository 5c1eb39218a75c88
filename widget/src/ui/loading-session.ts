/** Stands for the conversation until the engine is here: nothing is known, nothing can be sent. */

import type { Limits } from "../protocol/frames.ts";
import type { Session, Snapshot } from "../session/types.ts";
import type { Store } from "../storage.ts";
import { isEngineLate } from "./engine-loader.ts";

const NOTHING = () => {};
/** The server says how long a message may be. */
const LIMITS = { body_chars: Number.POSITIVE_INFINITY } as Limits;
const NOBODY = { visitor: null, site: null, rooms: [], ignored: [] };
const EMPTY = { ...NOBODY, limits: LIMITS, unread: 0, clockOffsetMs: 0 };

export function loadingSession(store: Store): Session {
  const notYet = () => Promise.reject(new Error("The chat is still loading."));
  return {
    store,
    snapshot(): Snapshot {
      const isOffline = navigator.onLine === false;
      const status = isOffline ? "offline" : isEngineLate() ? "reconnecting" : "connecting";
      const connection = { status, transport: null, retryAt: null, stop: null } as const;
      return { ...EMPTY, connection };
    },
    room: () => null,
    heeds: () => false,
    subscribe: () => NOTHING,
    on: () => NOTHING,
    join: () => NOTHING,
    send: () => "",
    act: notYet,
    rename: notYet,
    call: notYet,
    ignore: NOTHING,
    start: NOTHING,
    setActive: NOTHING,
    reconnect: NOTHING,
    reset: NOTHING,
    close: NOTHING,
    retry: NOTHING,
    discard: NOTHING,
    typing: NOTHING,
    seen: NOTHING,
    older: NOTHING,
    trim: NOTHING,
  };
}
