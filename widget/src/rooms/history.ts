/** History: asked a page at a time, and let go at the far end. */

import type { HistoryFrame } from "../protocol/frames.ts";
import { applyMessage, toMessage } from "./live.ts";
import { resolveByMessage } from "./pending.ts";
import type { Draft } from "./state.ts";
import { groupOf } from "./timeline.ts";

/** No page is expected any more, and nothing is kept for it. */
export function stopPaging(draft: Draft): void {
  draft.paging = null;
  if (draft.kept.length) draft.kept = [];
}

export function askOlder(draft: Draft): void {
  if (!draft.older || draft.paging !== null || draft.epoch === null) return;
  draft.paging = draft.floor;
  draft.effects.push({ kind: "page", before: draft.floor });
}

export function applyHistory(draft: Draft, history: HistoryFrame): void {
  // A page that was asked before a snapshot or a trim would leave a hole.
  if (draft.paging === null || (history.before ?? null) !== draft.paging) return;
  const { floor, kept } = draft;
  const first = draft.info?.first_seq ?? 0;
  const page = history.messages
    .filter(({ seq }) => seq < floor && seq >= first)
    .map((message) => toMessage(draft, { mine: [], ...message }, undefined));
  for (const message of page) resolveByMessage(draft, message);
  draft.groups = [...groupOf(page), ...draft.groups];
  draft.older = history.more;
  draft.floor = history.more ? (page[0]?.seq ?? floor) : 0;
  stopPaging(draft);
  for (const message of kept) applyMessage(draft, message, false);
}

/** Keeps the newest groups; what is dropped can be asked again. */
export function trim(draft: Draft, groups: number): void {
  if (groups < 1 || draft.groups.length <= groups) return;
  draft.groups = draft.groups.slice(-groups);
  draft.floor = draft.groups[0]?.messages[0]?.seq ?? draft.floor;
  draft.older = true;
  stopPaging(draft);
}
