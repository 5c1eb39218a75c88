/**
 * My own messages that have no place yet. Each is keyed by its `cid` and resolved exactly once,
 * whichever comes first: its `ack`, its own message, or its entry among the held ones (waiting.ts).
 */

import { hooks } from "./hooks.ts";
import type { AckFrame, MessageState } from "./protocol.ts";
import type { Draft, Pending } from "./state-types.ts";

export function newPending(cid: string, body: string, now: number): Pending {
  return {
    cid,
    body,
    entities: [],
    reply_to: null,
    attachments: [],
    at: now,
    status: "sending",
    seq: null,
    written: null,
    problem: null,
  };
}

export function find(draft: Draft, cid: string | null): Pending | undefined {
  return draft.pending.find((entry) => entry.cid === cid);
}

export function change(draft: Draft, cid: string, by: Partial<Pending>): void {
  if (find(draft, cid))
    draft.pending = draft.pending.map((entry) => (entry.cid === cid ? { ...entry, ...by } : entry));
}

/** A message arrived, from wherever: if it is mine, it is what I was waiting for. */
export function resolveByMessage(draft: Draft, { cid, author, seq }: MessageState): void {
  const entry = author.id === draft.me?.id && find(draft, cid);
  if (!entry) return;
  draft.pending = draft.pending.filter((other) => other !== entry);
  hooks.sent?.(draft, entry, seq);
}

export function applyAck(draft: Draft, { cid, seq, at }: AckFrame): void {
  const entry = find(draft, cid);
  if (!entry) return;
  if (seq === null)
    return change(draft, cid, { status: "held", at: Date.parse(at), problem: null });
  change(draft, cid, { status: "sent", seq, problem: null });
  settleSent(draft);
  hooks.sent?.(draft, entry, seq);
}

/** What is sent and whose place is reached is among the others now, or gone with them. */
export function settleSent(draft: Draft): void {
  const waits = ({ status, seq }: Pending) =>
    status !== "sent" || (seq ?? 0) > draft.since || draft.epoch === null;
  if (!draft.pending.every(waits)) draft.pending = draft.pending.filter(waits);
}
