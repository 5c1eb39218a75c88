/** What a view may ask of a conversation, and what it sees of it: types only. */

import type { TransportChoice } from "../connection/transport.ts";
import type { AckFrame, Limits, NewAct, Person, Visitor } from "../protocol/frames.ts";
import type { RoomSummary, Site } from "../protocol/session-call.ts";
import type { Pending, RoomState } from "../rooms/state.ts";
import type { Store } from "../storage.ts";
import type { ConnectionInfo, EventName, SessionEvents } from "./events.ts";

export type { TransportChoice } from "../connection/transport.ts";

export interface SessionOptions {
  /** The server, as `https://chat.example`, without a slash at the end. */
  readonly base: string;
  /** The public site key. */
  readonly site: string;
  /** What is kept on this device, shared by all instances of the site. */
  readonly store: Store;
  /** Of a member of the team (team-login.ts): apart from the visitor of the same browser. */
  readonly isTeam?: boolean;
  /** Which look the tag carries a copy of, for the owner. */
  readonly look?: string | undefined;
  /** `auto` finds out; the others are for tests and for networks that are known. */
  readonly transport?: TransportChoice;
}

export interface Snapshot {
  readonly connection: ConnectionInfo;
  readonly visitor: Visitor | null;
  readonly site: Site | null;
  readonly limits: Limits;
  /** The rooms this site offers, with what is unread in each now. */
  readonly rooms: readonly RoomSummary[];
  /** Unread messages in all rooms. */
  readonly unread: number;
  /** Add to `Date.now()` to have the server's time; for "2 minutes ago", never for order. */
  readonly clockOffsetMs: number;
  /** Whom the visitor does not want to read. */
  readonly ignored: readonly Person[];
}

/**
 * `status` "uploading": not before its files are there; then it is sent anew, with its `cid` and
 * what it answers.
 */
export type SendOptions = Partial<
  Pick<Pending, "attachments" | "cid" | "reply_to" | "status" | "at">
>;

/** Makes one call in another way; rejects with a problem that has a `code`. */
export type Ask = (
  method: string,
  url: string,
  body: unknown,
  token?: string | null,
) => Promise<unknown>;

export interface Session {
  snapshot(): Snapshot;
  /** Null before the first `join` of that room, and while an alias isn't resolved. */
  room(name: string): RoomState | null;
  /** Whether news of this room are for the visitor, who has written there or has it alone. */
  heeds(slug: string): boolean;
  subscribe(listener: () => void): () => void;
  on<K extends EventName>(name: K, listener: (value: SessionEvents[K]) => void): () => void;

  /** Goes online. To be called only when the visitor acts: nothing is stored or asked before. */
  start(): void;
  /** Shows interest in a room; the answer takes it back. Works before `start`. */
  join(name: string): () => void;
  /** Tells whether any view is open: with none, a tab hidden for long gives its connection up. */
  setActive(active: boolean): void;
  /** Tries again at once, as a "try now" button does; also out of a stop that allows it. */
  reconnect(): void;
  /** Forgets who this is, on this device; the next `start` makes a new visitor. */
  reset(): void;
  /** Gives this instance up; the connection closes with the last one. */
  close(): void;

  /** Queues a message and returns its `cid`; it appears in `pending` at once. */
  send(name: string, body: string, options?: SendOptions | null): string;
  retry(name: string, cid: string): void;
  discard(name: string, cid: string): void;
  /** Edits, deletes, reacts, pins; resolves when it is stored, rejects with a `ChatError`. */
  act(name: string, by: NewAct): Promise<AckFrame>;
  rename(name: string): Promise<Visitor>;
  ignore(person: Person, isIgnored: boolean): void;
  /** A call of the visitors' HTTP API, below the site's address; rejects with a `ChatError`. */
  call(method: string, path: string, body?: unknown, ask?: Ask): Promise<unknown>;

  /** To be called at every key; what the protocol allows is sent. */
  typing(name: string): void;
  /** Everything shown so far was seen; merged to one mark a second. */
  seen(name: string): void;
  /** Asks for the page of history before the oldest message; nothing while one is asked. */
  older(name: string): void;
  /** Keeps the newest groups only; for a view that is at the bottom. */
  trim(name: string, groups: number): void;

  /** For a view's own small things (open or not, a draft): same rules as the token's. */
  readonly store: Store;
}
