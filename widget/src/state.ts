/**
 * What one room is on this side: `reduce(state, input)`.
 *
 *   message, room ──► live.ts: apply, ignore or hold ──► messages, info
 *   sync          ──► answers.ts: applied whole, then what was held goes through the live rules
 *   ack           ──► pending.ts: my own unsent messages
 *   all others    ──► rare.ts, which comes beside the second half (endure.ts)
 *
 * Pure: no clock, no socket, no storage. What must be done is returned as effects.
 */

import { applySync } from "./answers.ts";
import { receive } from "./live.ts";
import { applyAck, change } from "./pending.ts";
import type { Context, Draft, Input, RoomState, Rules, Step } from "./state-types.ts";

export { emptyRoom, MAX_HELD_FRAMES, SYNC_DELAY_MS } from "./live.ts";
export { newPending } from "./pending.ts";
export type * from "./state-types.ts";
export { findMessage, type Group, type Groups, type Message } from "./timeline.ts";

/** By type of input; one that has no rule yet changes nothing. */
export const rules: Rules = {
  message: receive,
  room: receive,
  sync: applySync,
  ack: applyAck,
  presence(draft, { online }) {
    draft.online = online;
  },
  seen(draft, { rev }) {
    draft.seen = Math.max(draft.seen, rev);
  },
  queue(draft, { entry }) {
    draft.pending = [...draft.pending.filter(({ cid }) => cid !== entry.cid), entry];
  },
  written(draft, { cid, by }) {
    change(draft, cid, { written: by, elsewhere: 0 });
  },
  /** `hello` or `join` is being written, or the delay is over and there is no hole any more. */
  asking(draft, { on }) {
    draft.asking = on;
  },
  /** The connection is gone: what is numbered stays, what is only of the moment goes. */
  down(draft) {
    const { since: gap } = draft;
    const gone = { gap, asking: false, held: [], kept: [], paging: null };
    Object.assign(draft, gone, { typing: [], people: [], online: null });
  },
};

/** Whether something is known to be missing; what an answer or a late frame brings may settle it. */
export function hasHole({ epoch, since, gap }: RoomState): boolean {
  return epoch === null || since < gap;
}

export function reduce(state: RoomState, input: Input, context: Context): Step {
  const draft: Draft = { ...state, ...context, effects: [] };
  (rules[input.type] as ((draft: Draft, input: Input) => void) | undefined)?.(draft, input);
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
