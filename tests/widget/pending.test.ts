import { describe, expect, test } from "vitest";
import type { HeldMessage } from "../../widget/src/protocol/frames.ts";
import {
  ack,
  ME,
  message,
  mine,
  NOW,
  nack,
  page,
  range,
  resume,
  roomInfo,
  snapshot,
} from "./support/frames.ts";
import { kinds, queue, run, seqs } from "./support/reducing.ts";

const CID = "cid-00001";
const joined = run([snapshot(range(1, 3))]).state;
const sending = run([queue(CID)], joined).state;

function held(cid: string, at = "2026-11-21T09:00:00Z"): HeldMessage {
  return { cid, at, body: cid, entities: [], reply_to: null, attachments: [] };
}

describe("a message of mine", () => {
  test("is sending until something resolves it", () => {
    expect(sending.pending).toMatchObject([{ cid: CID, status: "sending", body: CID, at: NOW }]);
  });

  test("is shown once when the ack comes before the frame", () => {
    const acked = run([ack(CID, 4)], sending);
    expect(acked.state.pending).toMatchObject([{ status: "sent", seq: 4 }]);
    expect(seqs(acked.state)).toEqual([1, 2, 3]);
    const { state, effects } = run([mine(4, CID)], acked.state);
    expect(state.pending).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(kinds(acked.effects)).toEqual(["message:sent"]);
    expect(kinds(effects)).toEqual(["message"]);
  });

  test("is shown once when the frame comes before the ack", () => {
    const { state, effects } = run([mine(4, CID), ack(CID, 4)], sending);
    expect(state.pending).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(kinds(effects).filter((kind) => kind === "message:sent")).toHaveLength(1);
  });

  test("is shown once when the ack comes twice, or was for a copy", () => {
    const twice = run([ack(CID, 4), ack(CID, 4, { dup: true }), mine(4, CID)], sending);
    expect(twice.state.pending).toEqual([]);
    expect(kinds(twice.effects).filter((kind) => kind === "message:sent")).toHaveLength(1);
    const copy = run([ack(CID, 2, { dup: true })], sending);
    expect(copy.state.pending).toEqual([]);
  });

  test("stays below while its frame is held over a hole, and finds its place by the sync", () => {
    const sent = run([mine(5, CID), ack(CID, 5)], sending).state;
    expect(sent.pending).toMatchObject([{ status: "sent" }]);
    const { state } = run([resume(3, [message(4), mine(5, CID)])], sent);
    expect(state.pending).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
  });

  test("is resolved by a snapshot, a resume or a page that has it", () => {
    const found = { ...mine(4, CID) };
    expect(run([snapshot([found])], sending).state.pending).toEqual([]);
    expect(run([resume(3, [found])], sending).state.pending).toEqual([]);
    const below = run([queue(CID), snapshot(range(9, 10), { older: true })]).state;
    expect(run([{ type: "older" }, page(9, [found], false)], below).state.pending).toEqual([]);
  });

  test("is not resolved by somebody else's message with the same cid", () => {
    expect(run([message(4, { cid: CID })], sending).state.pending).toHaveLength(1);
  });

  test("that is sent in an epoch that ended is not waited for", () => {
    const { state } = run([ack(CID, 9), snapshot([], { epoch: "epochtwo2" })], sending);
    expect(state.pending).toEqual([]);
  });

  test("fails for good when the server says so, and keeps its text", () => {
    const no = nack(CID, {
      final: true,
      code: "blocked_word",
      message: "That word is not allowed.",
    });
    const { state, effects } = run([no], sending);
    expect(state.pending).toMatchObject([
      { status: "failed", body: CID, problem: { code: "blocked_word" } },
    ]);
    expect(kinds(effects)).toEqual(["message:failed"]);
  });

  test("waits when the server says later", () => {
    const { state, effects } = run([nack(CID, { retry_ms: 4000 })], sending);
    expect(state.pending).toMatchObject([{ status: "sending" }]);
    expect(effects).toEqual([{ kind: "retry", cid: CID, afterMs: 4000 }]);
    expect(run([nack(CID)], sending).effects).toMatchObject([{ kind: "retry", afterMs: null }]);
  });

  test("that was too fast shows until when", () => {
    for (const code of ["rate", "slow_mode"] as const) {
      const { state, effects } = run([nack(CID, { code, retry_ms: 9000 })], sending);
      expect(state.notBefore).toBe(NOW + 9000);
      expect(kinds(effects)).toEqual(["rate-limited", "retry"]);
    }
  });

  test("in a slow room starts the countdown, for visitors and not for a copy", () => {
    const slow = run([snapshot([], { state: roomInfo(0, { slow_s: 30 }) }), queue(CID)]).state;
    expect(run([ack(CID, 1)], slow).state.notBefore).toBe(NOW + 30_000);
    expect(run([ack(CID, 1, { dup: true })], slow).state.notBefore).toBe(0);
  });

  test("in a slow room does so, too, where it comes before its ack", () => {
    const slow = run([snapshot([], { state: roomInfo(0, { slow_s: 30 }) }), queue(CID)]).state;
    const { state } = run([mine(1, CID)], slow);
    expect(state.pending).toEqual([]);
    expect(state.notBefore).toBe(NOW + 30_000);
    expect(run([mine(1, "cid-of-another-tab")], slow).state.notBefore).toBe(0);
  });

  test("can be given up, and its late ack changes nothing", () => {
    const { state } = run([{ type: "drop", cid: CID }, ack(CID, 4), nack(CID)], sending);
    expect(state.pending).toEqual([]);
  });

  test("that is sent again keeps its cid and goes last", () => {
    const failed = run([queue("cid-00002"), nack(CID, { final: true })], sending).state;
    const { state } = run([queue(CID)], failed);
    expect(state.pending.map(({ cid, status }) => [cid, status])).toEqual([
      ["cid-00002", "sending"],
      [CID, "sending"],
    ]);
  });
});

describe("a message that waits for approval", () => {
  const unapproved = run([ack(CID, null)], sending).state;

  test("is held by its ack", () => {
    expect(unapproved.pending).toMatchObject([{ cid: CID, status: "held", seq: null }]);
  });

  test("is held by the list in a sync, in any order with the ack, and once", () => {
    const { state } = run([resume(3, [], { held: [held(CID)] }), ack(CID, null)], sending);
    expect(state.pending).toMatchObject([{ status: "held" }]);
    const fresh = run([snapshot([], { held: [held("cid-00008"), held("cid-00009")] })]).state;
    expect(fresh.pending.map(({ cid }) => cid)).toEqual(["cid-00008", "cid-00009"]);
    expect(fresh.pending[0]).toMatchObject({ status: "held", written: ME.id });
  });

  test("is shown as sent where the server says so, and dropped when it is named no more", () => {
    const acked = run([ack(CID, null, { as_sent: true })], sending);
    expect(acked.state.pending).toMatchObject([{ status: "held", asSent: true }]);
    expect(kinds(acked.effects)).toEqual(["message:sent"]);
    const again = run([resume(3, [], { held: [{ ...held(CID), as_sent: true }] })], sending).state;
    expect(again.pending).toMatchObject([{ status: "held", asSent: true }]);
    const { state, effects } = run([resume(3, [], { held: [] })], again);
    expect(state.pending).toEqual([]);
    expect(kinds(effects)).toEqual([]);
  });

  test("is announced once, whether its ack or the list says so first, and how often", () => {
    const asSent = { as_sent: true };
    const listed = resume(3, [], { held: [{ ...held(CID), ...asSent }] });
    const acked = ack(CID, null, asSent);
    for (const frames of [
      [acked, acked],
      [acked, listed],
      [listed, acked],
      [listed, listed],
    ])
      expect(kinds(run(frames, sending).effects)).toEqual(["message:sent"]);
  });

  test("stands before what is still being sent", () => {
    const { state } = run([resume(3, [], { held: [held("cid-00008")] })], sending);
    expect(state.pending.map(({ cid }) => cid)).toEqual(["cid-00008", CID]);
  });

  test("gets its place when it is approved", () => {
    const { state, effects } = run([mine(4, CID)], unapproved);
    expect(state.pending).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(kinds(effects)).toEqual(["message:sent", "message"]);
  });

  test("is refused by word, or by its absence from the next list", () => {
    const word = run([{ type: "refused", room: "lobby", cid: CID, message: "No." }], unapproved);
    expect(word.state.pending).toMatchObject([{ status: "refused", problem: { message: "No." } }]);
    const absent = run([resume(3, [])], unapproved);
    expect(absent.state.pending).toMatchObject([{ status: "refused" }]);
  });

  test("is not refused before the last page of a resume", () => {
    const { state } = run([resume(3, range(4, 5), { head: 9, more: true })], unapproved);
    expect(state.pending).toMatchObject([{ status: "held" }]);
  });

  test("is not called refused by a snapshot, which may begin above its place", () => {
    const { state, effects } = run([snapshot(range(90, 99), { older: true })], unapproved);
    expect(state.pending).toEqual([]);
    expect(kinds(effects)).not.toContain("message:failed");
  });

  test("that was called refused too early is held again by the next list", () => {
    const early = run([resume(3, [])], unapproved).state;
    const { state } = run([resume(3, [], { held: [held(CID)] })], early);
    expect(state.pending).toMatchObject([{ status: "held", problem: null }]);
  });
});

test("who types is shown without me, goes with the message, and fades", () => {
  const typing = {
    type: "typing",
    room: "lobby",
    who: [{ id: "v_other", name: "B" }, ME],
  } as const;
  const { state } = run([typing], joined);
  expect(state.typing).toEqual([{ id: "v_other", name: "B" }]);
  expect(run([message(4)], state).state.typing).toEqual([]);
  expect(run([{ type: "quiet" }], state).state.typing).toHaveLength(1);
  expect(run([{ type: "quiet" }], { ...state, typingUntil: NOW }).state.typing).toEqual([]);
});

test("who is here is counted, and named as far as the server named them", () => {
  const { state } = run([
    { type: "presence", room: "lobby", online: 2, joined: [{ id: "a", name: "A" }] },
    {
      type: "presence",
      room: "lobby",
      online: 2,
      joined: [{ id: "b", name: "B" }],
      left: [{ id: "a", name: "A" }],
    },
  ]);
  expect(state.online).toBe(2);
  expect(state.people).toEqual([{ id: "b", name: "B" }]);
});
