/** Answers to a `sync`: applied whole; the live rules go on from there. */

import type { ClientFrame, ErrorFrame, SyncFrame } from "../protocol/frames.ts";
import { stopPaging } from "./history.ts";
import { applyInfo, applyMessage, ask, forget, releaseHeld, SYNC_DELAY_MS } from "./live.ts";
import { mergeHeld, resolveSent } from "./pending.ts";
import type { Draft, RoomState } from "./state.ts";
import { findMessage, groupOf, type Message } from "./timeline.ts";

const RETRY_ASK_MS = 1000;

export function applySync(draft: Draft, sync: SyncFrame): void {
  const { epoch, since, head, upto, messages, more } = sync;
  const resume = sync.mode === "resume";
  // An unasked resume from above is a hole; one of another epoch needs a snapshot.
  if (resume && epoch === draft.epoch && since > draft.since) {
    draft.gap = Math.max(draft.gap, head);
    draft.skipped = true;
    return ask(draft, SYNC_DELAY_MS);
  }
  draft.asking = false;
  if (resume && epoch !== draft.epoch) {
    forget(draft);
    return ask(draft, 0);
  }
  draft.problem = null;
  draft.skipped = false;
  const before = draft.since;
  if (!resume) beginSnapshot(draft, sync);
  applyInfo(draft, sync.state);
  draft.may = sync.may ?? null;
  const known = resume || draft.since > 0;
  // What is above `since` was missed while away and is news; a first snapshot is none.
  for (const message of messages)
    applyMessage(draft, { mine: [], ...message }, known && message.rev > draft.since);
  draft.since = resume ? Math.max(before, upto) : upto;
  draft.gap = Math.max(draft.gap, head);
  draft.seen = Math.max(draft.seen, sync.seen);
  draft.read = Math.max(draft.read, sync.receipts?.team ?? 0);
  resolveSent(draft);
  mergeHeld(draft, sync);
  if (resume && more) ask(draft, 0);
  else if (resume && draft.since === before && head <= before) {
    // The server knows nothing above: asking again and again would bring nothing either.
    draft.held = [];
    draft.gap = before;
  }
  releaseHeld(draft);
}

/** Drops what is there, but an unchanged message keeps its identity when it comes again. */
function beginSnapshot(draft: Draft, { epoch, upto, older, head, messages }: SyncFrame): void {
  const { gap } = draft;
  if (draft.epoch !== epoch || upto < draft.since) {
    const isFirst = draft.epoch === null;
    // Numbers of two epochs are not comparable, and neither are those from before a restore.
    // With no epoch yet the held ones may be of another one: better asked for again than applied.
    forget(draft);
    draft.gap = isFirst ? gap : 0;
    draft.info = null;
  }
  const { groups } = draft;
  draft.epoch = epoch;
  draft.older = older;
  draft.floor = older ? (messages[0]?.seq ?? head + 1) : 0;
  draft.paging = null;
  draft.kept = [];
  const again = messages.map(({ seq }) => findMessage(groups, seq));
  draft.groups = groupOf(again.filter((message): message is Message => !!message));
}

/** An error about the room: it can not be shown, or the same is asked again later. */
export function applyError(draft: Draft, { code, message, re, retry_ms }: ErrorFrame): void {
  if (re === "history") return stopPaging(draft);
  if (re ? !["sync", "join", "hello"].includes(re) : !draft.asking) return;
  draft.asking = false;
  if (["not_found", "forbidden", "invalid", "banned"].includes(code))
    draft.problem = { code, message };
  else ask(draft, retry_ms ?? RETRY_ASK_MS);
}

/** A question that changes nothing: its answer says what is missing, and what waits. */
export function proof({ room, epoch, since }: RoomState): ClientFrame {
  return { type: "sync", room, epoch: epoch ?? "", since, limit: 1 };
}
