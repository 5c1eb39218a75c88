/**
 * My own messages that have no place in the room yet. The room keeps each by its `cid` and resolves
 * it exactly once, whichever comes first: its `ack`, its own message, or its entry in `held`.
 */

import type { Problem } from "../protocol/codes.ts";
import type { AckFrame, MessageState, NackFrame, SyncFrame } from "../protocol/frames.ts";
import type { Draft, Pending } from "./state.ts";

/** What a `nack` without a time of its own waits at least; the sender doubles it. */
const LIMIT_FALLBACK_MS = 1000;

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

function find(draft: Draft, cid: string | null): Pending | undefined {
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
  // Most messages come before their ack, which finds nothing any more.
  if (entry.status !== "sent") slowDown(draft);
  announceSent(draft, entry, seq);
}

export function applyAck(draft: Draft, ack: AckFrame): void {
  const { cid, seq, at } = ack;
  const entry = find(draft, cid);
  if (!entry) return;
  if (!ack.dup) slowDown(draft);
  if (seq === null) {
    const asSent = ack.as_sent ?? false;
    change(draft, cid, { status: "held", at: Date.parse(at), problem: null, asSent });
    if (asSent) announceSent(draft, entry, seq);
    return;
  }
  change(draft, cid, { status: "sent", seq, problem: null });
  resolveSent(draft);
  announceSent(draft, entry, seq);
}

/** What is sent and whose place is reached is among the others now, or gone with them. */
export function resolveSent(draft: Draft): void {
  const waits = ({ status, seq }: Pending) =>
    status !== "sent" || (seq ?? 0) > draft.since || draft.epoch === null;
  if (!draft.pending.every(waits)) draft.pending = draft.pending.filter(waits);
}

export function dropPending(draft: Draft, cid: string): void {
  if (find(draft, cid)) draft.pending = draft.pending.filter((entry) => entry.cid !== cid);
}

export function failPending(draft: Draft, cid: string, problem: Problem): void {
  if (find(draft, cid)?.status === "sending") giveUp(draft, cid, "failed", problem);
}

function giveUp(draft: Draft, cid: string, status: "failed" | "refused", problem: Problem): void {
  change(draft, cid, { status, problem });
  const value = { room: draft.room, cid, problem };
  draft.effects.push({ kind: "announce", event: "message:failed", value });
}

/** Once: `entry` is as it was before. */
function announceSent(draft: Draft, { status, cid, asSent }: Pending, seq: number | null): void {
  const value = { room: draft.room, cid, seq };
  if (status !== "sent" && !asSent)
    draft.effects.push({ kind: "announce", event: "message:sent", value });
}

/** The next one would be refused: better to show the countdown than a failure. */
function slowDown(draft: Draft): void {
  const slow = draft.info?.slow_s ?? 0;
  if (slow > 0 && draft.me?.role === "visitor")
    draft.notBefore = Math.max(draft.notBefore, draft.now + slow * 1000);
}

export function applyNack(draft: Draft, nack: NackFrame): void {
  if (find(draft, nack.cid)?.status !== "sending") return;
  const { cid, code, message, field, retry_ms, until } = nack;
  if (code === "rate" || code === "slow_mode") {
    const retryMs = retry_ms ?? LIMIT_FALLBACK_MS;
    draft.notBefore = Math.max(draft.notBefore, draft.now + retryMs);
    const value = { room: draft.room, code, retryAfterMs: retryMs };
    draft.effects.push({ kind: "announce", event: "rate-limited", value });
  }
  if (nack.final) failPending(draft, cid, { code, message, field, until });
  else draft.effects.push({ kind: "retry", cid, afterMs: retry_ms ?? null });
}

export function applyRefused(draft: Draft, cid: string, message: string): void {
  const entry = find(draft, cid);
  if (entry && entry.status !== "sent")
    giveUp(draft, cid, "refused", { code: "forbidden", message });
}

/**
 * The server's list of what waits for approval. One that is missing was refused when every change
 * up to now is applied (an approved one would have come as a message); may have been approved
 * further up than a snapshot reaches; and says nothing before the last page of a resume.
 */
export function mergeHeld(draft: Draft, { mode, more, held }: SyncFrame): void {
  const listed = new Set(held.map(({ cid }) => cid));
  for (const { cid, status, asSent } of draft.pending) {
    if (status !== "held" || listed.has(cid)) continue;
    // Of those that are shown as sent the server names the newest alone.
    if (mode !== "resume" || asSent) dropPending(draft, cid);
    else if (!more) applyRefused(draft, cid, "This message was not approved.");
  }
  for (const { cid, at, as_sent: asSent = false, ...item } of held) {
    const known = find(draft, cid);
    if (known?.status === "held") continue;
    const waits = { at: Date.parse(at), status: "held", problem: null, asSent } as const;
    const written = draft.me?.id ?? null;
    const entry: Pending = { ...(known ?? newPending(cid, "", 0)), ...item, ...waits, written };
    if (known) {
      change(draft, cid, entry);
      if (asSent) announceSent(draft, known, null);
    } else draft.pending = [...draft.pending, entry];
  }
  draft.pending = inOrder(draft.pending);
}

/** Held ones were written before what is still being sent. */
function inOrder(pending: readonly Pending[]): readonly Pending[] {
  const waits = pending.filter((entry) => entry.status === "held");
  if (!waits.length) return pending;
  return [...waits.sort((a, b) => a.at - b.at), ...pending.filter((e) => e.status !== "held")];
}
