/**
 * What one room is on this side: `reduce(state, input)`, the complete table of rules.
 *
 *   message, room ──► live.ts: apply, ignore or hold ──► messages, info
 *   sync          ──► sync.ts: applied whole, then what was held goes through the live rules
 *   history       ──► history.ts: one page at a time
 *   ack, nack …   ──► pending.ts: my own unsent messages
 *   typing …      ──► people.ts
 *
 * Pure: no clock, no socket, no storage. `reduce` returns what must be done as effects.
 */

import { applyHistory, askOlder, stopPaging, trim } from "./history.ts";
import { compareHead, receive } from "./live.ts";
import { applyAck, applyNack, applyRefused, change, dropPending, failPending } from "./pending.ts";
import { applyPresence, applyTyping, quiet } from "./people.ts";
import type { Context, Draft, Input, RoomState, Rules, Step } from "./state.ts";
import { applyError, applySync } from "./sync.ts";

export { emptyRoom, MAX_HELD_FRAMES, SYNC_DELAY_MS } from "./live.ts";
export { newPending } from "./pending.ts";
export type * from "./state.ts";
export { findMessage, type Group, type Groups, type Message } from "./timeline.ts";

const RULES: Rules = {
  message: receive,
  room: receive,
  sync: applySync,
  history: applyHistory,
  ack: applyAck,
  nack: applyNack,
  refused: (draft, { cid, message }) => applyRefused(draft, cid, message),
  error: applyError,
  typing: applyTyping,
  presence: applyPresence,
  seen(draft, { rev }) {
    draft.seen = Math.max(draft.seen, rev);
  },
  /** Only the other side's come, and here that is the team. */
  receipt(draft, { rev }) {
    draft.read = Math.max(draft.read, rev);
  },
  head: (draft, { epoch, head }) => compareHead(draft, epoch, head),
  queue(draft, { entry }) {
    draft.pending = [...draft.pending.filter(({ cid }) => cid !== entry.cid), entry];
  },
  update: (draft, { entry }) => change(draft, entry.cid, entry),
  drop: (draft, { cid }) => dropPending(draft, cid),
  fail: (draft, { cid, problem }) => failPending(draft, cid, problem),
  written: (draft, { cid, by }) => change(draft, cid, { written: by, otherTabSince: 0 }),
  asking(draft, { on }) {
    draft.asking = on;
  },
  unanswered(draft, { before }) {
    if (draft.paging === before) stopPaging(draft);
  },
  older: askOlder,
  trim: (draft, { groups }) => trim(draft, groups),
  quiet,
  /** The connection is gone: what is numbered stays, what is only of the moment goes. */
  down(draft) {
    const { since: gap } = draft;
    const gone = { gap, asking: false, held: [], kept: [], paging: null };
    Object.assign(draft, gone, { typing: [], people: [], online: null });
  },
};

/**
 * Whether something is known to be missing; what an answer or a late frame brings may settle it.
 */
export function hasHole({ epoch, since, gap, skipped }: RoomState): boolean {
  return epoch === null || since < gap || skipped;
}

export function reduce(state: RoomState, input: Input, context: Context): Step {
  const draft: Draft = { ...state, ...context, effects: [] };
  (RULES[input.type] as ((draft: Draft, input: Input) => void) | undefined)?.(draft, input);
  const { effects, me, now: _, ...next } = draft;
  const { groups, seen, older, epoch, info } = next;
  if (groups !== state.groups || seen !== state.seen)
    next.unread = groups
      .flatMap(({ messages }) => messages)
      .filter(({ seq, author, deleted }) => seq > seen && !deleted && author.id !== me?.id).length;
  next.unreadMore = older && seen + 1 < next.floor;
  next.expired = !older && epoch !== null && (info?.first_seq ?? 1) > 1;
  // Most frames that change nothing must not make a view draw.
  const keys = Object.keys(next) as (keyof RoomState)[];
  return { state: keys.every((key) => next[key] === state[key]) ? state : next, effects };
}
