/**
 * The live rules: a durable frame is applied when it is the next, ignored when it is old, and held
 * over a hole, which is asked for once.
 */

import { resolveByMessage, settleSent } from "./pending.ts";
import type { DurableFrame, ListedMessage, MessageFrame, RoomInfo } from "./protocol.ts";
import type { Draft, RoomState } from "./state-types.ts";
import { dropBelow, findMessage, type Message, putMessage } from "./timeline.ts";

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
    floor: 0,
    older: false,
    expired: false,
    info: null,
    groups: [],
    pending: [],
    held: [],
    kept: [],
    asking: false,
    paging: null,
    seen: 0,
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
  if (draft.asking) return;
  draft.asking = true;
  draft.effects.push({ kind: "ask", afterMs });
}

/** Everything of the room goes, but not what I wrote. */
export function forget(draft: Draft): void {
  const { pending, info, online, people, problem, asking } = draft;
  Object.assign(draft, emptyRoom(draft.room), { info, online, people, problem, asking });
  draft.pending = pending.filter(({ status }) => status !== "sent");
}

export function receive(draft: Draft, frame: DurableFrame): void {
  draft.gap = Math.max(draft.gap, frame.rev);
  if (draft.epoch === null || frame.rev > draft.since + 1) {
    const others = draft.held.filter(({ rev }) => rev !== frame.rev);
    draft.held = others.length < MAX_HELD_FRAMES ? [...others, frame] : [];
    ask(draft, SYNC_DELAY_MS);
  } else if (frame.rev > draft.since) {
    applyDurable(draft, frame);
    releaseHeld(draft);
  }
}

function applyDurable(draft: Draft, frame: DurableFrame): void {
  if (frame.type === "room") applyInfo(draft, frame);
  else applyMessage(draft, frame, "live");
  draft.since = frame.rev;
  settleSent(draft);
}

/** What was held goes through the live rules, in order. */
export function releaseHeld(draft: Draft): void {
  if (draft.held.length) {
    const held = [...draft.held].sort((a, b) => a.rev - b.rev);
    for (const frame of held) if (frame.rev === draft.since + 1) applyDurable(draft, frame);
    draft.held = held.filter(({ rev }) => rev > draft.since);
  }
  if (draft.since < draft.gap) ask(draft, SYNC_DELAY_MS);
}

export function applyInfo(draft: Draft, info: RoomInfo & { type?: "room" }): void {
  if (draft.info && info.rev < draft.info.rev) return;
  const { type: _, ...rest } = info;
  draft.info = rest;
  dropExpired(draft);
}

/** Retention took everything below `first_seq`. */
function dropExpired(draft: Draft): void {
  const first = draft.info?.first_seq ?? 0;
  draft.groups = dropBelow(draft.groups, first);
  if (draft.older && first >= draft.floor) {
    draft.older = false;
    draft.floor = 0;
  }
}

export function applyMessage(draft: Draft, incoming: AnyMessage, from: "live" | "quiet"): void {
  resolveByMessage(draft, incoming);
  if (incoming.seq < (draft.info?.first_seq ?? 0)) return;
  if (incoming.seq < draft.floor) {
    // The page that is on its way may be older than this change.
    if (draft.paging !== null) draft.kept = [...draft.kept, incoming];
    return;
  }
  const known = findMessage(draft.groups, incoming.seq);
  if (known && known.rev > incoming.rev) return;
  const message = toMessage(draft, incoming, known);
  if (message === known) return;
  draft.groups = putMessage(draft.groups, message);
  if (draft.typing.some(({ id }) => id === message.author.id))
    draft.typing = draft.typing.filter(({ id }) => id !== message.author.id);
  if (from === "live") announce(draft, message, known);
}

/** A change of an old message is no news, also where it is seen for the first time. */
function announce(draft: Draft, message: Message, known: Message | undefined): void {
  const tell = (event: "message" | `message:${"received" | "edited" | "deleted"}`) =>
    draft.effects.push({ kind: "tell", event, value: { room: draft.room, message } });
  if (message.deleted) {
    if (known && !known.deleted) tell("message:deleted");
  } else if (known) {
    if (known.edited_at !== message.edited_at) tell("message:edited");
  } else if (message.seq > draft.since) {
    tell("message");
    if (message.author.id !== draft.me?.id) tell("message:received");
  }
}

/** A listed message says which reactions are mine; a live one only who changed which. */
export function toMessage(draft: Draft, incoming: AnyMessage, known: Message | undefined): Message {
  const { type: _, reacted, mine, ...rest } = incoming as MessageFrame & ListedMessage;
  let own = mine ?? known?.mine ?? [];
  if (reacted && reacted.by === draft.me?.id) {
    own = own.filter((emoji) => emoji !== reacted.emoji);
    if (reacted.on) own = [...own, reacted.emoji];
  }
  own = own.filter((emoji) => rest.reactions[emoji]);
  const same = known && own.join() === known.mine.join();
  return same && known.rev === rest.rev ? known : { ...rest, mine: own };
}

/** No page is expected any more, and nothing is kept for it. */
export function stopPaging(draft: Draft): void {
  draft.paging = null;
  if (draft.kept.length) draft.kept = [];
}
