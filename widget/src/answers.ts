/** Answers: a `sync` or a page of history is applied whole; the live rules go on from there. */

import {
  applyInfo,
  applyMessage,
  ask,
  forget,
  releaseHeld,
  SYNC_DELAY_MS,
  stopPaging,
  toMessage,
} from "./live.ts";
import { mergeHeld, resolveByMessage, settleSent } from "./pending.ts";
import type { HistoryFrame, SyncFrame } from "./protocol.ts";
import type { Draft } from "./state-types.ts";
import { findMessage, type Message, prependPage } from "./timeline.ts";

export function applySync(draft: Draft, sync: SyncFrame): void {
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
    applyMessage(draft, { ...message, mine: message.mine ?? [] }, from);
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
  releaseHeld(draft);
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

export function applyHistory(draft: Draft, history: HistoryFrame): void {
  // A page that was asked before a snapshot or a trim would leave a hole.
  if (draft.paging === null || (history.before ?? null) !== draft.paging) return;
  const { floor, kept } = draft;
  const first = draft.info?.first_seq ?? 0;
  const page = history.messages
    .filter(({ seq }) => seq < floor && seq >= first)
    .map((message) => toMessage(draft, { ...message, mine: message.mine ?? [] }, undefined));
  for (const message of page) resolveByMessage(draft, message);
  draft.groups = prependPage(draft.groups, page);
  draft.older = history.more;
  draft.floor = history.more ? (page[0]?.seq ?? floor) : 0;
  stopPaging(draft);
  for (const message of kept) applyMessage(draft, message, "quiet");
}
