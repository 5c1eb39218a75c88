/** What is known of one room, what can happen to it, and what must be done then: types only. */

import type {
  Attachment,
  Code,
  DurableFrame,
  Entity,
  ListedMessage,
  May,
  MessageFrame,
  Person,
  Problem,
  RoomInfo,
  RoomScoped,
  Visitor,
} from "../protocol/frames.ts";
import type { Groups, Message } from "./timeline.ts";

export type { Problem } from "../protocol/frames.ts";

export interface MessageEvent {
  readonly room: string;
  readonly message: Message;
}

/** What a room announces, by the names of the public API. */
export interface RoomEvents {
  /** Any new message, also my own. */
  message: MessageEvent;
  "message:received": MessageEvent;
  "message:edited": MessageEvent;
  "message:deleted": MessageEvent;
  "message:sent": { readonly room: string; readonly cid: string; readonly seq: number | null };
  "message:failed": { readonly room: string; readonly cid: string; readonly problem: Problem };
  "rate-limited": { readonly room: string; readonly code: Code; readonly retryAfterMs: number };
}

/**
 * uploading  its files are on their way; then it is `sending`
 * sending  not acknowledged: waits, or is on its way
 * sent     stored; its place comes with its own frame
 * held     stored, waits for approval
 * failed   not sent; `retry` and `discard` are offered
 * refused  was held and is not approved
 */
export type PendingStatus = "uploading" | "sending" | "sent" | "held" | "failed" | "refused";

/** A message of mine that has no place among the others yet; shown below the rest. */
export interface Pending {
  readonly cid: string;
  readonly body: string;
  readonly entities: readonly Entity[];
  readonly reply_to: number | null;
  readonly attachments: readonly Attachment[];
  /** When it was written, or stored: milliseconds since 1970. */
  readonly at: number;
  readonly status: PendingStatus;
  readonly seq: number | null;
  /** As whom it was ever written to a socket, so that the server may have it under that name. */
  readonly written: string | null;
  readonly problem: Problem | null;
  /** Held, but for its author it is sent: it stands among the others by its time. */
  readonly asSent?: boolean;
  /** Since when another tab is known to own it; 0 once this one has sent it. */
  readonly otherTabSince?: number;
}

export interface RoomState {
  readonly room: string;
  /** Null until the first snapshot: nothing below is known then, except `pending`. */
  readonly epoch: string | null;
  readonly since: number;
  /** The highest `rev` heard of; above `since` there is a hole. */
  readonly gap: number;
  /** A `sync` was not applied: what it said to me alone, no late frame brings. */
  readonly skipped: boolean;
  readonly floor: number;
  /** History has more below `floor`. */
  readonly older: boolean;
  /** Below `floor` there was more, which has expired. */
  readonly expired: boolean;
  readonly info: RoomInfo | null;
  /** What I may do here now; null where the server does not say. */
  readonly may: May | null;
  readonly groups: Groups;
  readonly pending: readonly Pending[];
  readonly held: readonly DurableFrame[];
  readonly kept: readonly (MessageFrame | ListedMessage)[];
  /** A `sync` or `join` is asked, or about to be. */
  readonly asking: boolean;
  /** The `before` of the history that is asked. */
  readonly paging: number | null;
  readonly seen: number;
  /** Up to which `rev` the team has read a private room; 0 in others. */
  readonly read: number;
  readonly unread: number;
  /** There may be more unread messages than are loaded: show "50+". */
  readonly unreadMore: boolean;
  readonly typing: readonly Person[];
  readonly typingUntil: number;
  readonly online: number | null;
  readonly people: readonly Person[];
  /** No send before this moment: milliseconds since 1970. */
  readonly notBefore: number;
  /** Why the room can't be shown, when the server said so. */
  readonly problem: Problem | null;
}

export interface Context {
  readonly me: Visitor | null;
  readonly now: number;
}

/** What happens on this side. */
export type LocalInput =
  /** A message to send; one with a known `cid` is replaced and goes last. */
  | { readonly type: "queue"; readonly entry: Pending }
  /** Another tab has changed how a message of mine stands. */
  | { readonly type: "update"; readonly entry: Pending }
  | { readonly type: "drop"; readonly cid: string }
  | { readonly type: "fail"; readonly cid: string; readonly problem: Problem }
  | { readonly type: "written"; readonly cid: string; readonly by: string | null }
  /** A `sync` is expected, or none any more. */
  | { readonly type: "asking"; readonly on: boolean }
  /** The page before this `seq` did not come in time. */
  | { readonly type: "unanswered"; readonly before: number }
  /** From `ping.heads`. */
  | { readonly type: "head"; readonly epoch: string; readonly head: number }
  | { readonly type: "older" }
  | { readonly type: "trim"; readonly groups: number }
  | { readonly type: "quiet" }
  | { readonly type: "down" };

export type Input = RoomScoped | LocalInput;

/** What each type of input does to the draft. */
export type Rules = {
  [T in Input["type"]]: (draft: Draft, input: Extract<Input, { readonly type: T }>) => void;
};

/** Something to announce, by its name in the public API. */
export type Announcement = {
  [K in keyof RoomEvents]: {
    readonly kind: "announce";
    readonly event: K;
    readonly value: RoomEvents[K];
  };
}[keyof RoomEvents];

export type Effect =
  | { readonly kind: "ask"; readonly afterMs: number }
  | { readonly kind: "page"; readonly before: number }
  | { readonly kind: "retry"; readonly cid: string; readonly afterMs: number | null }
  | Announcement;

export interface Step {
  readonly state: RoomState;
  readonly effects: readonly Effect[];
}

/** The state while one input is applied, with what the rules need to know beside it. */
export type Draft = { -readonly [K in keyof RoomState]: RoomState[K] } & Context & {
    readonly effects: Effect[];
  };
