/** Frames as a server would send them, with only what a test is about written out. */
import type {
  AckFrame,
  HistoryFrame,
  ListedMessage,
  MessageFrame,
  NackFrame,
  RoomFrame,
  RoomInfo,
  SyncFrame,
  Visitor,
  WelcomeFrame,
} from "../../../widget/src/protocol/frames.ts";
import { DEFAULT_LIMITS } from "../../../widget/src/protocol/frames.ts";

export const ROOM = "lobby";
export const EPOCH = "epochone1";
export const ME: Visitor = { id: "v_me", name: "Amber Otter", role: "visitor" };
export const NOW = Date.parse("2026-11-21T09:30:00Z");

export function welcome(over: Partial<WelcomeFrame> = {}): WelcomeFrame {
  return {
    type: "welcome",
    conn: "c1",
    now: new Date(NOW).toISOString(),
    ping_s: 25,
    visitor: ME,
    limits: DEFAULT_LIMITS,
    ...over,
  };
}

export function message(rev: number, over: Partial<MessageFrame> = {}): MessageFrame {
  return {
    type: "message",
    room: ROOM,
    rev,
    seq: rev,
    cid: null,
    at: "2026-11-21T09:30:00.000Z",
    edited_at: null,
    author: { id: "v_other", name: "Brave Wren", role: "visitor", avatar: null },
    body: `message ${over.seq ?? rev}`,
    entities: [],
    reply_to: null,
    deleted: null,
    reactions: {},
    attachments: [],
    ...over,
  };
}

export function mine(rev: number, cid: string, over: Partial<MessageFrame> = {}): MessageFrame {
  return message(rev, { cid, author: { ...ME, avatar: null }, ...over });
}

export function roomInfo(rev = 0, over: Partial<RoomInfo> = {}): RoomInfo {
  return {
    room: ROOM,
    rev,
    name: "Lobby",
    kind: "public",
    topic: "",
    announcement: "",
    slow_s: 0,
    locked: false,
    archived: false,
    pinned: [],
    first_seq: 1,
    gone: false,
    ...over,
  };
}

export function roomFrame(rev: number, over: Partial<RoomInfo> = {}): RoomFrame {
  return { type: "room", ...roomInfo(rev, over) };
}

/** A snapshot of messages that nobody has changed since. */
export function snapshot(
  messages: readonly ListedMessage[] = [],
  over: Partial<SyncFrame> = {},
): SyncFrame {
  const head = over.head ?? Math.max(0, ...messages.map(({ rev }) => rev));
  return {
    type: "sync",
    room: ROOM,
    epoch: EPOCH,
    head,
    since: 0,
    upto: head,
    mode: "snapshot",
    state: roomInfo(),
    messages,
    more: false,
    older: false,
    held: [],
    seen: 0,
    ...over,
  };
}

export function resume(
  since: number,
  messages: readonly ListedMessage[],
  over: Partial<SyncFrame> = {},
): SyncFrame {
  const upto = Math.max(since, ...messages.map(({ rev }) => rev));
  return snapshot(messages, { mode: "resume", since, upto, head: upto, ...over });
}

export function page(
  before: number | null,
  messages: readonly ListedMessage[],
  more: boolean,
): HistoryFrame {
  return { type: "history", room: ROOM, before, messages, more };
}

export function ack(cid: string, seq: number | null, over: Partial<AckFrame> = {}): AckFrame {
  return {
    type: "ack",
    cid,
    room: ROOM,
    seq,
    rev: seq,
    at: "2026-11-21T09:30:01.000Z",
    dup: false,
    held: seq === null,
    ...over,
  };
}

export function nack(cid: string, over: Partial<NackFrame> = {}): NackFrame {
  const said = { code: "unavailable", message: "Please wait.", final: false } as const;
  return { type: "nack", cid, room: ROOM, ...said, ...over };
}

/** Messages `from` to `to`, one a number. */
export function range(from: number, to: number): MessageFrame[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index));
}
