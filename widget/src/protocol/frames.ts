/**
 * The wire, version 1: every frame as a type; the codes are in codes.ts.
 * docs/protocol.md is the law; tests/contract/frames.json keeps both languages on it.
 */

import type { Code } from "./codes.ts";
import type { SiteFrame } from "./look.ts";

export * from "./codes.ts";

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = "inglenook.v1";

export type Role = "visitor" | "trusted" | "moderator" | "owner" | "bot";
export type RoomKind = "public" | "page" | "private";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Visitor extends Person {
  readonly role: Role;
}

export interface Author {
  /** Null only for somebody who was erased. */
  readonly id: string | null;
  readonly name: string;
  readonly role: Role;
  readonly avatar: string | null;
}

/** A run of `body` in UTF-16 code units; its marks, where it has any, are part of the run. */
export interface Entity {
  readonly kind: "bold" | "italic" | "code" | "link" | "mention";
  readonly at: number;
  readonly len: number;
  readonly url?: string;
  readonly id?: string;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly alt: string;
  readonly media_type: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly url: string;
}

/** What the page behind a link of a message says of itself. */
export interface Preview {
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly image: string | null;
}

/** The whole present state of a message; a change is never a difference. */
export interface MessageState {
  readonly room: string;
  readonly rev: number;
  readonly seq: number;
  readonly cid: string | null;
  readonly at: string;
  readonly edited_at: string | null;
  readonly author: Author;
  readonly body: string;
  readonly entities: readonly Entity[];
  readonly reply_to: number | null;
  readonly deleted: "author" | "moderator" | "erased" | null;
  readonly reactions: Readonly<Record<string, number>>;
  readonly attachments: readonly Attachment[];
  readonly previews?: readonly Preview[];
}

/** As `sync`, `history` and HTTP answers carry it: with my own reactions. */
export interface ListedMessage extends MessageState {
  readonly mine?: readonly string[];
}

export interface RoomInfo {
  readonly room: string;
  readonly rev: number;
  readonly name: string;
  readonly kind: RoomKind;
  readonly topic: string;
  readonly announcement: string;
  readonly slow_s: number;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly pinned: readonly number[];
  readonly first_seq: number;
  readonly gone: boolean;
  readonly locked_until?: string | null;
  /** One a line; left out by servers of before. */
  readonly rules?: string;
}

/** What I may do in a room now: `send` is null, or the code that refuses it, until a time. */
export interface May {
  readonly send: Code | null;
  readonly until: string | null;
  /** The media types of files that I may send. */
  readonly files?: readonly string[];
}

/** A message of mine that waits for approval and has no number yet; or is shown `as_sent`. */
export interface HeldMessage {
  readonly cid: string;
  readonly at: string;
  readonly body: string;
  readonly entities: readonly Entity[];
  readonly reply_to: number | null;
  readonly attachments: readonly Attachment[];
  readonly as_sent?: boolean;
}

export interface Limits {
  readonly body_chars: number;
  readonly frame_bytes: number;
  readonly rooms: number;
  readonly sends_per_10s: number;
  readonly burst: number;
  readonly edit_window_s: number;
  readonly typing_s: number;
  readonly seen_s: number;
  /** Of one file that is sent. */
  readonly file_bytes?: number;
  readonly files_per_message?: number;
}

/** What holds until a server has sent its own. */
export const DEFAULT_LIMITS: Limits = {
  body_chars: 2000,
  frame_bytes: 16384,
  rooms: 20,
  sends_per_10s: 5,
  burst: 10,
  edit_window_s: 900,
  typing_s: 3,
  seen_s: 1,
};

// Client -> server

export interface Joining {
  readonly room: string;
  readonly epoch?: string;
  readonly since?: number;
}

export type ClientFrame =
  | {
      readonly type: "hello";
      readonly v: 1;
      readonly token?: string;
      readonly rooms: readonly Joining[];
    }
  | ({ readonly type: "join" } & Joining)
  | { readonly type: "leave"; readonly room: string }
  | SendFrame
  | ActFrame
  | {
      readonly type: "sync";
      readonly room: string;
      readonly epoch: string;
      readonly since: number;
      readonly limit: number;
    }
  | {
      readonly type: "history";
      readonly room: string;
      readonly before?: number;
      readonly limit: number;
    }
  | { readonly type: "typing"; readonly room: string }
  | { readonly type: "seen"; readonly room: string; readonly rev: number }
  | { readonly type: "pong"; readonly n: number };

export interface SendFrame {
  readonly type: "send";
  readonly cid: string;
  readonly room: string;
  readonly body: string;
  readonly reply_to?: number;
  readonly attachments?: readonly string[];
}

interface ActOn {
  readonly cid: string;
  readonly room: string;
  readonly seq: number;
}

/** Acts set a state, so one that is repeated changes nothing. */
export type ActFrame =
  | (ActOn & { readonly type: "edit"; readonly body: string })
  | (ActOn & { readonly type: "delete" })
  | (ActOn & { readonly type: "react"; readonly emoji: string; readonly on: boolean })
  | (ActOn & { readonly type: "pin"; readonly on: boolean });

/** An act as a view asks for it: where and under which `cid` is not its affair. */
export type NewAct = ActFrame extends infer Act
  ? Act extends ActFrame
    ? Omit<Act, "cid" | "room">
    : never
  : never;

// Server -> client

export interface WelcomeFrame {
  readonly type: "welcome";
  readonly conn: string;
  readonly now: string;
  readonly ping_s: number;
  readonly visitor: Visitor;
  readonly limits: Limits;
}

export interface SyncFrame {
  readonly type: "sync";
  readonly room: string;
  readonly epoch: string;
  readonly head: number;
  readonly since: number;
  readonly upto: number;
  readonly mode: "resume" | "snapshot";
  readonly state: RoomInfo;
  readonly messages: readonly ListedMessage[];
  readonly more: boolean;
  readonly older: boolean;
  readonly held: readonly HeldMessage[];
  readonly seen: number;
  readonly may?: May;
  /** In a private room: up to which `rev` each side has read. */
  readonly receipts?: { readonly team: number; readonly visitor: number } | null;
}

export interface MessageFrame extends MessageState {
  readonly type: "message";
  readonly reacted?: { readonly by: string; readonly emoji: string; readonly on: boolean };
}

export interface RoomFrame extends RoomInfo {
  readonly type: "room";
}

export interface AckFrame {
  readonly type: "ack";
  readonly cid: string;
  readonly room: string;
  readonly seq: number | null;
  readonly rev: number | null;
  readonly at: string;
  readonly dup: boolean;
  readonly held: boolean;
  readonly as_sent?: boolean;
}

export interface NackFrame {
  readonly type: "nack";
  readonly cid: string;
  readonly room: string;
  readonly code: Code;
  readonly message: string;
  readonly final: boolean;
  readonly field?: string;
  readonly retry_ms?: number;
  /** Of a mute, a ban, a lock. */
  readonly until?: string | null;
}

export interface RefusedFrame {
  readonly type: "refused";
  readonly room: string;
  readonly cid: string;
  readonly message: string;
}

export interface HistoryFrame {
  readonly type: "history";
  readonly room: string;
  readonly before: number | null;
  readonly messages: readonly ListedMessage[];
  readonly more: boolean;
}

export interface TypingFrame {
  readonly type: "typing";
  readonly room: string;
  readonly who: readonly Person[];
}

export interface PresenceFrame {
  readonly type: "presence";
  readonly room: string;
  readonly online: number;
  readonly joined?: readonly Person[];
  readonly left?: readonly Person[];
}

export interface SeenFrame {
  readonly type: "seen";
  readonly room: string;
  readonly rev: number;
}

/** The other side of a private room has read so far. */
export interface ReceiptFrame {
  readonly type: "receipt";
  readonly room: string;
  readonly rev: number;
  readonly by: "team" | "visitor";
}

export interface PingFrame {
  readonly type: "ping";
  readonly n: number;
  readonly heads: Readonly<Record<string, readonly [epoch: string, head: number]>>;
}

export interface ErrorFrame {
  readonly type: "error";
  readonly code: Code;
  readonly message: string;
  readonly re?: string;
  readonly room?: string;
  readonly cid?: string;
  readonly field?: string;
  readonly retry_ms?: number;
}

export interface ByeFrame {
  readonly type: "bye";
  readonly code: number;
  readonly reason: string;
  readonly retry_ms: readonly [low: number, high: number] | null;
}

/** The two frames that carry a number and must never be missed. */
export type DurableFrame = MessageFrame | RoomFrame;

export type ServerFrame =
  | WelcomeFrame
  | SyncFrame
  | DurableFrame
  | AckFrame
  | NackFrame
  | RefusedFrame
  | HistoryFrame
  | TypingFrame
  | PresenceFrame
  | SeenFrame
  | ReceiptFrame
  | SiteFrame
  | PingFrame
  | ErrorFrame
  | ByeFrame;

/** Frames that concern one room and go through `reduce`. */
export type RoomScoped = Exclude<ServerFrame, WelcomeFrame | SiteFrame | PingFrame | ByeFrame>;

export const SERVER_FRAME_TYPES: readonly ServerFrame["type"][] = [
  "welcome",
  "sync",
  "message",
  "room",
  "ack",
  "nack",
  "refused",
  "history",
  "typing",
  "presence",
  "seen",
  "receipt",
  "site",
  "ping",
  "error",
  "bye",
];
