/**
 * My own messages that have no place yet. Each is keyed by its `cid` and resolved exactly once,
 * whichever comes first: its `ack`, its own message, or its entry among the held ones.
 */

import type { AckFrame, HeldMessage, MessageState, NackFrame } from "./protocol.ts";
import type { Draft, Pending, Problem } from "./state-types.ts";

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
    written: false,
    problem: null,
  };
}

function find(draft: Draft, cid: string): Pending | undefined {
  return draft.pending.find((entry) => entry.cid === cid);
}

function change(draft: Draft, cid: string, by: Partial<Pending>): void {
  draft.pending = draft.pending.map((entry) => (entry.cid === cid ? { ...entry, ...by } : entry));
}

export function dropPending(draft: Draft, cid: string): void {
  if (find(draft, cid)) draft.pending = draft.pending.filter((entry) => entry.cid !== cid);
}

export function queuePending(draft: Draft, entry: Pending): void {
  draft.pending = [...draft.pending.filter((other) => other.cid !== entry.cid), entry];
}

export function markWritten(draft: Draft, cid: string): void {
  if (find(draft, cid)?.written === false) change(draft, cid, { written: true });
}

export function failPending(draft: Draft, cid: string, problem: Problem): void {
  const entry = find(draft, cid);
  if (entry?.status !== "sending") return;
  giveUp(draft, cid, "failed", problem);
}

function giveUp(draft: Draft, cid: string, status: "failed" | "refused", problem: Problem): void {
  change(draft, cid, { status, problem });
  const value = { room: draft.room, cid, problem };
  draft.effects.push({ kind: "tell", event: "message:failed", value });
}

function announceSent(draft: Draft, { status, cid }: Pending, seq: number): void {
  const value = { room: draft.room, cid, seq };
  if (status !== "sent") draft.effects.push({ kind: "tell", event: "message:sent", value });
}

/** A message arrived, from wherever: if it is mine, it is what I was waiting for. */
export function resolveByMessage(draft: Draft, message: MessageState): void {
  if (!message.cid || message.author.id !== draft.me?.id) return;
  const entry = find(draft, message.cid);
  if (!entry) return;
  dropPending(draft, message.cid);
  announceSent(draft, entry, message.seq);
}

export function applyAck(draft: Draft, ack: AckFrame): void {
  const entry = find(draft, ack.cid);
  if (!entry) return;
  if (ack.held || ack.seq === null) {
    change(draft, ack.cid, { status: "held", at: Date.parse(ack.at), problem: null });
    return;
  }
  announceSent(draft, entry, ack.seq);
  change(draft, ack.cid, { status: "sent", seq: ack.seq, problem: null });
  settleSent(draft);
  // The next one would be refused: better to show the countdown than a failure.
  const slow = draft.info?.slow_s ?? 0;
  if (slow > 0 && !ack.dup && draft.me?.role === "visitor")
    draft.notBefore = Math.max(draft.notBefore, draft.now + slow * 1000);
}

/** What is sent and whose place is reached is among the others now, or gone with them. */
export function settleSent(draft: Draft): void {
  const waits = (entry: Pending) =>
    entry.status !== "sent" || (entry.seq ?? 0) > draft.since || draft.epoch === null;
  if (!draft.pending.every(waits)) draft.pending = draft.pending.filter(waits);
}

export function applyNack(draft: Draft, nack: NackFrame): void {
  const entry = find(draft, nack.cid);
  if (entry?.status !== "sending") return;
  const { code, message, field } = nack;
  if (code === "rate" || code === "slow_mode") {
    const retryMs = nack.retry_ms ?? LIMIT_FALLBACK_MS;
    draft.notBefore = Math.max(draft.notBefore, draft.now + retryMs);
    const value = { room: draft.room, code, retryAfterMs: retryMs };
    draft.effects.push({ kind: "tell", event: "rate-limited", value });
  }
  if (nack.final) failPending(draft, nack.cid, { code, message, field });
  else draft.effects.push({ kind: "retry", cid: nack.cid, afterMs: nack.retry_ms ?? null });
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
export function mergeHeld(
  draft: Draft,
  held: readonly HeldMessage[],
  missing: "refused" | "unknown" | "later",
): void {
  const listed = new Set(held.map(({ cid }) => cid));
  for (const { cid, status } of draft.pending) {
    if (status !== "held" || listed.has(cid)) continue;
    if (missing === "refused") applyRefused(draft, cid, "This message was not approved.");
    if (missing === "unknown") dropPending(draft, cid);
  }
  for (const item of held) {
    const { cid } = item;
    const known = find(draft, cid);
    const entry: Pending = {
      ...(known ?? newPending(cid, item.body, 0)),
      body: item.body,
      entities: item.entities,
      reply_to: item.reply_to,
      attachments: item.attachments,
      at: Date.parse(item.at),
      status: "held",
      written: true,
      problem: null,
    };
    if (!known) draft.pending = [...draft.pending, entry];
    else if (known.status !== "held") change(draft, cid, entry);
  }
  draft.pending = inOrder(draft.pending);
}

/** Held ones were written before what is still being sent. */
function inOrder(pending: readonly Pending[]): readonly Pending[] {
  const waits = pending.filter((entry) => entry.status === "held");
  if (!waits.length) return pending;
  return [...waits.sort((a, b) => a.at - b.at), ...pending.filter((e) => e.status !== "held")];
}
