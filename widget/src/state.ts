/**
 * What one room is on this side: `reduce(state, input)`.
 *
 *   message, room ──► live.ts: apply, ignore or hold ──► messages, info
 *   sync, history ──► answers.ts: applied whole, then what was held goes through the live rules
 *   ack, nack     ──► pending.ts: my own unsent messages
 *
 * Pure: no clock, no socket, no storage. What must be done is returned as effects.
 */

import { applyHistory, applySync } from "./answers.ts";
import { ask, forget, receive, SYNC_DELAY_MS, stopPaging } from "./live.ts";
import {
  applyAck,
  applyNack,
  applyRefused,
  dropPending,
  failPending,
  markWritten,
  queuePending,
} from "./pending.ts";
import type { ErrorFrame, PresenceFrame } from "./protocol.ts";
import type { Context, Draft, Input, RoomState, Step } from "./state-types.ts";
import type { Groups } from "./timeline.ts";

export { emptyRoom, MAX_HELD_FRAMES, SYNC_DELAY_MS } from "./live.ts";
export { newPending } from "./pending.ts";
export type * from "./state-types.ts";
export { findMessage, type Group, type Groups, type Message } from "./timeline.ts";

/** The server repeats who is typing every three seconds; two missed mean that nobody is. */
export const TYPING_SHOWN_MS = 6500;
/** Who came and went is kept for a list of names only so far. */
const MAX_PEOPLE = 50;
const RETRY_ASK_MS = 1000;

/** Whether something is known to be missing; what an answer or a late frame brings may settle it. */
export function hasHole(state: RoomState): boolean {
  return state.epoch === null || state.since < state.gap;
}

export function reduce(state: RoomState, input: Input, context: Context): Step {
  const draft: Draft = { ...state, ...context, effects: [] };
  apply(draft, input);
  if (draft.groups !== state.groups || draft.seen !== state.seen || draft.older !== state.older)
    countUnread(draft);
  draft.expired = !draft.older && draft.epoch !== null && (draft.info?.first_seq ?? 1) > 1;
  const { effects, me: _, now: __, ...next } = draft;
  // Most frames that change nothing must not make a view draw.
  const keys = Object.keys(next) as (keyof RoomState)[];
  return { state: keys.every((key) => next[key] === state[key]) ? state : next, effects };
}

function apply(draft: Draft, input: Input): void {
  switch (input.type) {
    case "message":
    case "room":
      return receive(draft, input);
    case "sync":
      return applySync(draft, input);
    case "history":
      return applyHistory(draft, input);
    case "ack":
      return applyAck(draft, input);
    case "nack":
      return applyNack(draft, input);
    case "refused":
      return applyRefused(draft, input.cid, input.message);
    case "seen":
      draft.seen = Math.max(draft.seen, input.rev);
      return;
    case "typing":
      draft.typing = input.who.filter(({ id }) => id !== draft.me?.id);
      draft.typingUntil = draft.now + TYPING_SHOWN_MS;
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
      if (draft.typing.length && draft.now >= draft.typingUntil) draft.typing = [];
      return;
    case "down":
      return goDown(draft);
  }
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

function countUnread(next: Draft): void {
  next.unread = 0;
  const groups: Groups = next.groups;
  for (let at = groups.length - 1; at >= 0; at -= 1)
    for (const { seq, author, deleted } of groups[at]?.messages ?? [])
      if (seq > next.seen && !deleted && author.id !== next.me?.id) next.unread += 1;
  next.unreadMore = next.older && next.seen + 1 < next.floor;
}
