/** What a conversation announces, by the names of the public API, and who listens. */

import type { Code, Person, Problem, Site, Visitor } from "./protocol.ts";
import type { Message } from "./timeline.ts";
import type { Connection } from "./transport/transport.ts";

export type { Connection, ConnectionStatus, Stop } from "./transport/transport.ts";

export interface MessageEvent {
  readonly room: string;
  readonly message: Message;
}

export interface SessionEvents {
  ready: { readonly visitor: Visitor; readonly site: Site };
  connection: Connection;
  /** Any new message, also my own. */
  message: MessageEvent;
  "message:received": MessageEvent;
  "message:edited": MessageEvent;
  "message:deleted": MessageEvent;
  "message:sent": { readonly room: string; readonly cid: string; readonly seq: number | null };
  "message:failed": { readonly room: string; readonly cid: string; readonly problem: Problem };
  unread: { readonly room: string; readonly count: number; readonly total: number };
  typing: { readonly room: string; readonly who: readonly Person[] };
  presence: { readonly room: string; readonly count: number };
  identity: Visitor;
  "rate-limited": { readonly room: string; readonly code: Code; readonly retryAfterMs: number };
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
