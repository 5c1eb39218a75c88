/**
 * The live rules: a durable frame is applied when it is the next, ignored when it is old, and held
 * over a hole, which is asked for once.
 */

import type { DurableFrame, ListedMessage, MessageFrame, RoomInfo } from "../protocol/frames.ts";
import { resolveByMessage, resolveSent } from "./pending.ts";
import type { Draft, RoomState } from "./state.ts";
import { findMessage, type Message, putMessage } from "./timeline.ts";

/** Above this the held frames cost more than asking for them again. */
export const MAX_HELD_FRAMES = 200;
/** A frame that is late by less than this closes the hole by itself. */
export const SYNC_DELAY_MS = 150;
export type AnyMessage = MessageFrame | ListedMessage;

export function emptyRoom(room: string): RoomState {
  return {
    room,
    epoch: null,
    since: 0,
    gap: 0,
    skipped: false,
    floor: 0,
    older: false,
    expired: false,
    info: null,
    may: null,
    groups: [],
    pending: [],
    held: [],
    kept: [],
    asking: false,
    paging: null,
    seen: 0,
    read: 0,
    unread: 0,
    unreadMore: false,
    typing: [],
    typingUntil: 0,
    online: null,
    people: [],
    notBefore: 0,
    problem: null,
  };
}

/** Asks for what is missing, once: until the answer everything else is held. */
export function ask(draft: Draft, afterMs: number): void {
  if (!draft.asking) draft.effects.push({ kind: "ask", afterMs });
  draft.asking = true;
}

/** Everything of the room goes, but not what I wrote. */
export function forget(draft: Draft): void {
  const { room, pending, info, may, online, people, problem, asking } = draft;
  Object.assign(draft, emptyRoom(room), { info, may, online, people, problem, asking });
  draft.pending = pending.filter(({ status }) => status !== "sent");
}

export function receive(draft: Draft, frame: DurableFrame): void {
  const { rev } = frame;
  draft.gap = Math.max(draft.gap, rev);
  if (rev <= draft.since) return;
  const others = draft.held.filter((other) => other.rev !== rev);
  draft.held = others.length < MAX_HELD_FRAMES ? [...others, frame] : [];
  // Without an epoch its number says nothing yet.
  if (draft.epoch) releaseHeld(draft);
  else ask(draft, SYNC_DELAY_MS);
}

/** What was held goes through the live rules, in order. */
export function releaseHeld(draft: Draft): void {
  const held = [...draft.held].sort((a, b) => a.rev - b.rev);
  for (const frame of held)
    if (frame.rev === draft.since + 1) {
      if (frame.type === "room") applyInfo(draft, frame);
      else applyMessage(draft, frame, true);
      draft.since = frame.rev;
    }
  draft.held = held.filter(({ rev }) => rev > draft.since);
  resolveSent(draft);
  if (draft.since < draft.gap) ask(draft, SYNC_DELAY_MS);
}

export function applyInfo(draft: Draft, info: RoomInfo & { type?: "room" }): void {
  if (draft.info && info.rev < draft.info.rev) return;
  const { type: _, ...rest } = info;
  draft.info = rest;
  dropExpired(draft);
}

export function applyMessage(draft: Draft, incoming: AnyMessage, isNews: boolean): void {
  resolveByMessage(draft, incoming);
  const { seq } = incoming;
  // The page of history that is on its way may be older than this change.
  if (seq < draft.floor && draft.paging !== null) draft.kept = [...draft.kept, incoming];
  if (seq < draft.floor || seq < (draft.info?.first_seq ?? 0)) return;
  const known = findMessage(draft.groups, seq);
  if (known && known.rev > incoming.rev) return;
  const message = toMessage(draft, incoming, known);
  if (message === known) return;
  draft.groups = putMessage(draft.groups, message);
  if (isNews) announce(draft, message, known);
}

/** A listed message says which reactions are mine; a live one only who changed which. */
export function toMessage(draft: Draft, incoming: AnyMessage, known: Message | undefined): Message {
  const { type: _, reacted, mine, ...rest } = incoming as MessageFrame & ListedMessage;
  let own = mine ?? known?.mine ?? [];
  if (reacted?.by === draft.me?.id && reacted) {
    own = own.filter((emoji) => emoji !== reacted.emoji);
    if (reacted.on) own = [...own, reacted.emoji];
  }
  own = own.filter((emoji) => rest.reactions[emoji]);
  return known?.rev === rest.rev && `${own}` === `${known.mine}` ? known : { ...rest, mine: own };
}

/** Retention took everything below `first_seq`. */
function dropExpired(draft: Draft): void {
  const first = draft.info?.first_seq ?? 0;
  if ((draft.groups[0]?.messages[0]?.seq ?? first) < first)
    draft.groups = draft.groups.flatMap((group) => {
      const messages = group.messages.filter(({ seq }) => seq >= first);
      if (messages.length === group.messages.length) return group;
      return messages.length ? { ...group, messages } : [];
    });
  if (draft.older && first >= draft.floor) {
    draft.older = false;
    draft.floor = 0;
  }
}

/** A change of an old message is no news, also where it is seen for the first time. */
function announce(draft: Draft, message: Message, known: Message | undefined): void {
  const { id } = message.author;
  const announce = (event: "message" | `message:${"received" | "edited" | "deleted"}`) =>
    draft.effects.push({ kind: "announce", event, value: { room: draft.room, message } });
  if (draft.typing.some((person) => person.id === id))
    draft.typing = draft.typing.filter((person) => person.id !== id);
  if (message.deleted) {
    if (known && !known.deleted) announce("message:deleted");
  } else if (known) {
    if (known.edited_at !== message.edited_at) announce("message:edited");
  } else if (message.seq > draft.since) {
    announce("message");
    if (id !== draft.me?.id) announce("message:received");
  }
}

/**
 * The head that `ping` names: another epoch, or one below mine, means a snapshot; above, a hole.
 */
export function compareHead(draft: Draft, epoch: string, head: number): void {
  if (draft.epoch === null) return;
  if (epoch !== draft.epoch || head < draft.since) {
    forget(draft);
    ask(draft, 0);
  } else if (head > draft.since) {
    draft.gap = Math.max(draft.gap, head);
    ask(draft, SYNC_DELAY_MS);
  }
}
