/** What a conversation announces, by the names of the public API, and who listens. */

import type { ConnectionInfo } from "../connection/transport.ts";
import type { Person, Problem, Visitor } from "../protocol/frames.ts";
import type { Site } from "../protocol/session-call.ts";
import type { RoomEvents } from "../rooms/state.ts";

export type {
  ConnectionInfo,
  ConnectionStatus,
  Stop,
} from "../connection/transport.ts";
export type { MessageEvent } from "../rooms/state.ts";

export interface SessionEvents extends RoomEvents {
  ready: { readonly visitor: Visitor; readonly site: Site };
  connection: ConnectionInfo;
  unread: { readonly room: string; readonly count: number; readonly total: number };
  typing: { readonly room: string; readonly who: readonly Person[] };
  presence: { readonly room: string; readonly count: number };
  identity: Visitor;
  banned: { readonly until: string | null; readonly reason: string };
  error: Problem;
}

type Listener<T> = (value: T) => void;
export type EventName = keyof SessionEvents;

export interface Events {
  on<K extends EventName>(name: K, listener: Listener<SessionEvents[K]>): () => void;
  emit<K extends EventName>(name: K, value: SessionEvents[K]): void;
}

export function createEvents(): Events {
  const listeners = new Map<EventName, Set<Listener<never>>>();
  return {
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => void known.delete(listener);
    },
    emit(name, value) {
      // A copy, so that a listener may take itself off; a throwing one is the page's own fault
      // and must not stop the conversation, so it surfaces as an uncaught error of the page.
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          (listener as Listener<typeof value>)(value);
        } catch (error) {
          setTimeout(() => {
            throw error;
          });
        }
      }
    },
  };
}
