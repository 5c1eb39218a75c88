/**
 * What one room is on this side: `reduce(state, input, context)`.
 *
 *   message, room ──► live rules: apply, ignore or hold ──► messages, info
 *   sync, history ──► applied whole, then what was held goes through the live rules
 *   ack, nack     ──► my own unsent messages (pending.ts)
 *
 * Pure: no clock, no socket, no storage. What must be done is returned as effects.
 */

import {
  applyAck,
  applyNack,
  applyRefused,
  dropPending,
  failPending,
  markWritten,
  mergeHeld,
  queuePending,
  resolveByMessage,
  settleSent,
} from "./pending.ts";
import type {
  DurableFrame,
  ErrorFrame,
  HistoryFrame,
  ListedMessage,
  MessageFrame,
  PresenceFrame,
  RoomInfo,
  SyncFrame,
} from "./protocol.ts";
import type { Context, Draft, Input, RoomState, Step } from "./state-types.ts";
import {
  dropBelow,
  findMessage,
  type Groups,
  type Message,
  prependPage,
  putMessage,
} from "./timeline.ts";

export { newPending } from "./pending.ts";
export type * from "./state-types.ts";
export { findMessage, type Group, type Groups, type Message } from "./timeline.ts";

/** Above this the held frames cost more than asking for them again. */
export const MAX_HELD_FRAMES = 200;
/** A frame that is late by less than this closes the hole by itself. */
export const SYNC_DELAY_MS = 150;
/** The server repeats who is typing every three seconds; two missed mean that nobody is. */
export const TYPING_SHOWN_MS = 6500;
/** Who came and went is kept for a list of names only so far. */
const MAX_PEOPLE = 50;
const RETRY_ASK_MS = 1000;

type AnyMessage = MessageFrame | ListedMessage;

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

/** Whether something is known to be missing; what an answer or a late frame brings may settle it. */
export function hasHole(state: RoomState): boolean {
  return state.epoch === null || state.since < state.gap;
}

export function reduce(state: RoomState, input: Input, context: Context): Step {
  const draft: Draft = { ...state, effects: [] };
  apply(draft, input, context);
  const { effects, ...next } = draft;
  if (next.groups !== state.groups || next.seen !== state.seen || next.older !== state.older)
    countUnread(next, context);
  next.expired = !next.older && next.epoch !== null && (next.info?.first_seq ?? 1) > 1;
  // Most frames that change nothing must not make a view draw.
  const keys = Object.keys(next) as (keyof RoomState)[];
  return { state: keys.every((key) => next[key] === state[key]) ? state : next, effects };
}

function apply(draft: Draft, input: Input, context: Context): void {
  switch (input.type) {
    case "message":
    case "room":
      return receive(draft, input, context);
    case "sync":
      return applySync(draft, input, context);
    case "history":
      return applyHistory(draft, input, context);
    case "ack":
      return applyAck(draft, input, context);
    case "nack":
      return applyNack(draft, input, context);
    case "refused":
      return applyRefused(draft, input.cid, input.message);
    case "seen":
      draft.seen = Math.max(draft.seen, input.rev);
      return;
    case "typing":
      draft.typing = input.who.filter(({ id }) => id !== context.me?.id);
      draft.typingUntil = context.now + TYPING_SHOWN_MS;
      return;
    case "presence":
      return applyPresence(draft, input);
    case "error":
      return applyError(draft, input);
    case "queue":
      return queuePending(draft, input.entry);
    case "drop":
      return dropPending(draft, input.cid);
    case "fail":
      return failPending(draft, input.cid, input.problem);
    case "written":
      return markWritten(draft, input.cid);
    case "joining":
      draft.asking = true;
      return;
    case "settled":
      draft.asking = false;
      return;
    case "unanswered":
      if (input.what === "history") return stopPaging(draft);
      draft.asking = false;
      return ask(draft, 0);
    case "head":
      return compareHead(draft, input.epoch, input.head);
    case "older":
      if (!draft.older || draft.paging !== null || draft.epoch === null) return;
      draft.paging = draft.floor;
      draft.effects.push({ kind: "page", before: draft.floor });
      return;
    case "trim":
      return trim(draft, input.groups);
    case "quiet":
      if (draft.typing.length && context.now >= draft.typingUntil) draft.typing = [];
      return;
    case "down":
      return goDown(draft);
  }
}

/** Asks for what is missing, once: until the answer everything else is held. */
function ask(draft: Draft, afterMs: number): void {
  if (draft.asking) return;
  draft.asking = true;
  draft.effects.push({ kind: "ask", afterMs });
}

// The live rules

function receive(draft: Draft, frame: DurableFrame, context: Context): void {
  draft.gap = Math.max(draft.gap, frame.rev);
  if (draft.epoch === null || frame.rev > draft.since + 1) {
    const others = draft.held.filter(({ rev }) => rev !== frame.rev);
    draft.held = others.length < MAX_HELD_FRAMES ? [...others, frame] : [];
    ask(draft, SYNC_DELAY_MS);
  } else if (frame.rev > draft.since) {
    applyDurable(draft, frame, context);
    releaseHeld(draft, context);
  }
}

function applyDurable(draft: Draft, frame: DurableFrame, context: Context): void {
  if (frame.type === "room") applyInfo(draft, frame);
  else applyMessage(draft, frame, context, "live");
  draft.since = frame.rev;
  settleSent(draft);
}

/** What was held goes through the live rules, in order. */
function releaseHeld(draft: Draft, context: Context): void {
  if (draft.held.length) {
    const held = [...draft.held].sort((a, b) => a.rev - b.rev);
    for (const frame of held)
      if (frame.rev === draft.since + 1) applyDurable(draft, frame, context);
    draft.held = held.filter(({ rev }) => rev > draft.since);
  }
  if (draft.since < draft.gap) ask(draft, SYNC_DELAY_MS);
}

function applyInfo(draft: Draft, info: RoomInfo & { type?: "room" }): void {
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

function applyMessage(
  draft: Draft,
  incoming: AnyMessage,
  context: Context,
  from: "live" | "quiet",
): void {
  resolveByMessage(draft, incoming, context);
  if (incoming.seq < (draft.info?.first_seq ?? 0)) return;
  if (incoming.seq < draft.floor) {
    // The page that is on its way may be older than this change.
    if (draft.paging !== null) draft.kept = [...draft.kept, incoming];
    return;
  }
  const known = findMessage(draft.groups, incoming.seq);
  if (known && known.rev > incoming.rev) return;
  const message = toMessage(incoming, known, context);
  if (message === known) return;
  draft.groups = putMessage(draft.groups, message);
  if (draft.typing.some(({ id }) => id === message.author.id))
    draft.typing = draft.typing.filter(({ id }) => id !== message.author.id);
  if (from === "live") announce(draft, message, known);
}

function announce(draft: Draft, message: Message, known: Message | undefined): void {
  let change: "new" | "edited" | "deleted" | "changed" = "changed";
  if (message.deleted) change = known && !known.deleted ? "deleted" : "changed";
  // A change of an old message is no news, also where it is seen for the first time.
  else if (!known) change = message.seq > draft.since ? "new" : "changed";
  else if (known.edited_at !== message.edited_at) change = "edited";
  draft.effects.push({ kind: "message", change, message });
}

/** A listed message says which reactions are mine; a live one only who changed which. */
function toMessage(incoming: AnyMessage, known: Message | undefined, context: Context): Message {
  const { type: _, reacted, mine, ...rest } = incoming as MessageFrame & ListedMessage;
  let own = mine ?? known?.mine ?? [];
  if (reacted && reacted.by === context.me?.id) {
    own = own.filter((emoji) => emoji !== reacted.emoji);
    if (reacted.on) own = [...own, reacted.emoji];
  }
  own = own.filter((emoji) => rest.reactions[emoji]);
  const same = known && own.join() === known.mine.join();
  return same && known.rev === rest.rev ? known : { ...rest, mine: own };
}

// Answers

function applySync(draft: Draft, sync: SyncFrame, context: Context): void {
  const resume = sync.mode === "resume";
  if (resume && (sync.epoch !== draft.epoch || sync.since > draft.since)) {
    // Another epoch needs a snapshot; an unasked one from above is a hole. Neither is applied.
    if (sync.epoch !== draft.epoch) {
      draft.asking = false;
      forget(draft);
      ask(draft, 0);
    } else {
      draft.gap = Math.max(draft.gap, sync.head);
      ask(draft, SYNC_DELAY_MS);
    }
    return;
  }
  draft.asking = false;
  draft.problem = null;
  const before = draft.since;
  if (!resume) beginSnapshot(draft, sync);
  applyInfo(draft, sync.state);
  const known = resume || draft.since > 0;
  for (const message of sync.messages) {
    // What is above `since` was missed while away and is news; a first snapshot is none.
    const from = known && message.rev > draft.since ? "live" : "quiet";
    applyMessage(draft, { ...message, mine: message.mine ?? [] }, context, from);
  }
  draft.since = resume ? Math.max(draft.since, sync.upto) : sync.upto;
  draft.gap = Math.max(draft.gap, sync.head);
  draft.seen = Math.max(draft.seen, sync.seen);
  settleSent(draft);
  mergeHeld(draft, sync.held, !resume ? "unknown" : sync.more ? "later" : "refused");
  if (resume && sync.more) ask(draft, 0);
  else if (resume && draft.since === before && sync.head <= before) {
    // The server knows nothing above: asking again and again would bring nothing either.
    draft.held = [];
    draft.gap = before;
  }
  releaseHeld(draft, context);
}

/** Drops what is there, but an unchanged message keeps its identity when it comes again. */
function beginSnapshot(draft: Draft, sync: SyncFrame): void {
  if (draft.epoch !== sync.epoch || sync.upto < draft.since) {
    // Numbers of two epochs are not comparable, and neither are those from before a restore.
    // With no epoch yet the held ones may be of another one: better asked for again than applied.
    const gap = draft.epoch === null ? draft.gap : 0;
    forget(draft);
    draft.gap = gap;
    draft.info = null;
  }
  const first = sync.messages[0]?.seq;
  const before = draft.groups;
  draft.epoch = sync.epoch;
  draft.older = sync.older;
  draft.floor = sync.older ? (first ?? sync.head + 1) : 0;
  stopPaging(draft);
  draft.groups = [];
  const again: Message[] = [];
  for (const { seq } of sync.messages) {
    const known = findMessage(before, seq);
    if (known) again.push(known);
  }
  draft.groups = prependPage([], again);
}

function applyHistory(draft: Draft, history: HistoryFrame, context: Context): void {
  // A page that was asked before a snapshot or a trim would leave a hole.
  if (draft.paging === null || (history.before ?? null) !== draft.paging) return;
  const { floor, kept } = draft;
  const first = draft.info?.first_seq ?? 0;
  const page = history.messages
    .filter(({ seq }) => seq < floor && seq >= first)
    .map((message) => toMessage({ ...message, mine: message.mine ?? [] }, undefined, context));
  for (const message of page) resolveByMessage(draft, message, context);
  draft.groups = prependPage(draft.groups, page);
  draft.older = history.more;
  draft.floor = history.more ? (page[0]?.seq ?? floor) : 0;
  stopPaging(draft);
  for (const message of kept) applyMessage(draft, message, context, "quiet");
}

function stopPaging(draft: Draft): void {
  draft.paging = null;
  if (draft.kept.length) draft.kept = [];
}

function compareHead(draft: Draft, epoch: string, head: number): void {
  if (draft.epoch === null) return;
  if (epoch !== draft.epoch || head < draft.since) {
    forget(draft);
    ask(draft, 0);
  } else if (head > draft.since) {
    draft.gap = Math.max(draft.gap, head);
    ask(draft, SYNC_DELAY_MS);
  }
}

/** Everything of the room goes, but not what I wrote. */
function forget(draft: Draft): void {
  const { pending, info, online, people, problem, asking } = draft;
  Object.assign(draft, emptyRoom(draft.room), { info, online, people, problem, asking });
  draft.pending = pending.filter(({ status }) => status !== "sent");
}

function applyPresence(draft: Draft, { online, joined = [], left = [] }: PresenceFrame): void {
  draft.online = online;
  if (!joined.length && !left.length) return;
  const gone = new Set([...left, ...joined].map(({ id }) => id));
  const stay = draft.people.filter(({ id }) => !gone.has(id));
  draft.people = [...stay, ...joined].slice(-MAX_PEOPLE);
}

function applyError(draft: Draft, { code, message, re, retry_ms }: ErrorFrame): void {
  if (re === "history") return stopPaging(draft);
  if (re ? !["sync", "join", "hello"].includes(re) : !draft.asking) return;
  draft.asking = false;
  if (["not_found", "forbidden", "invalid", "banned"].includes(code))
    draft.problem = { code, message };
  else ask(draft, retry_ms ?? RETRY_ASK_MS);
}

/** Keeps the newest groups; what is dropped can be asked again. */
function trim(draft: Draft, groups: number): void {
  if (groups < 1 || draft.groups.length <= groups) return;
  draft.groups = draft.groups.slice(-groups);
  draft.floor = draft.groups[0]?.messages[0]?.seq ?? draft.floor;
  draft.older = true;
  stopPaging(draft);
}

/** The connection is gone: what is numbered stays, what is only of the moment goes. */
function goDown(draft: Draft): void {
  draft.asking = false;
  draft.gap = draft.since;
  draft.held = [];
  draft.typing = [];
  draft.people = [];
  draft.online = null;
  stopPaging(draft);
}

function countUnread(next: { -readonly [K in keyof RoomState]: RoomState[K] }, context: Context) {
  next.unread = 0;
  const groups: Groups = next.groups;
  for (let at = groups.length - 1; at >= 0; at -= 1)
    for (const { seq, author, deleted } of groups[at]?.messages ?? [])
      if (seq > next.seen && !deleted && author.id !== context.me?.id) next.unread += 1;
  next.unreadMore = next.older && next.seen + 1 < next.floor;
}
