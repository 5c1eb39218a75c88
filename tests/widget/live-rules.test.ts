import { describe, expect, test } from "vitest";
import { findMessage, MAX_HELD_FRAMES, SYNC_DELAY_MS } from "../../widget/src/rooms/reduce.ts";
import { message, range, resume, roomFrame, snapshot } from "./support/frames.ts";
import { kinds, run, seqs } from "./support/reducing.ts";

const joined = run([snapshot(range(1, 3))]).state;

describe("a frame of a joined room", () => {
  test("is applied when it is the next", () => {
    const { state, effects } = run([message(4)], joined);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(state.since).toBe(4);
    expect(kinds(effects)).toEqual(["message", "message:received"]);
  });

  test("is ignored when it was applied before, and makes nobody draw", () => {
    const { state, effects } = run([message(3, { body: "old news" })], joined);
    expect(state).toBe(joined);
    expect(effects).toEqual([]);
  });

  test("is held over a hole, and one sync is asked after the delay", () => {
    const { state, effects } = run([message(5), message(7), message(6)], joined);
    expect(seqs(state)).toEqual([1, 2, 3]);
    expect(state.since).toBe(3);
    expect(effects).toEqual([{ kind: "ask", afterMs: SYNC_DELAY_MS }]);
  });

  test("that was only late closes the hole, and the held follow in order", () => {
    const { state } = run([message(6), message(5), message(4)], joined);
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(state.held).toEqual([]);
    expect(state.since).toBe(6);
  });

  test("of which there are more than two hundred held drops all of them", () => {
    const many = range(5, 5 + MAX_HELD_FRAMES);
    const { state } = run(many, joined);
    expect(state.held).toEqual([]);
    expect(state.gap).toBe(5 + MAX_HELD_FRAMES);
    const { effects } = run([resume(3, range(4, 100), { head: 205, more: true })], state);
    expect(kinds(effects)).toContain("ask");
  });

  test("before the first snapshot is asked for again, because its epoch is not known", () => {
    const early = run([message(3), snapshot(range(1, 2))]);
    expect(seqs(early.state)).toEqual([1, 2]);
    expect(early.effects.at(-1)).toEqual({ kind: "ask", afterMs: SYNC_DELAY_MS });
    const { state, effects } = run([resume(2, [])], early.state);
    expect(state).toMatchObject({ since: 2, gap: 2, asking: false });
    expect(effects).toEqual([]);
  });

  test("that is a room carries the whole room", () => {
    const { state } = run([roomFrame(4, { topic: "Tea", locked: true })], joined);
    expect(state.info).toMatchObject({ topic: "Tea", locked: true, rev: 4 });
    expect(state.since).toBe(4);
  });

  test("replaces the message it is about and leaves the others as they are", () => {
    const { state, effects } = run(
      [message(4, { seq: 2, body: "edited", edited_at: "x" })],
      joined,
    );
    expect(findMessage(state.groups, 2)?.body).toBe("edited");
    expect(findMessage(state.groups, 1)).toBe(findMessage(joined.groups, 1));
    expect(effects).toMatchObject([{ event: "message:edited" }]);
  });

  test("that deletes leaves a tombstone in its place", () => {
    const { state, effects } = run([message(4, { seq: 2, body: "", deleted: "author" })], joined);
    expect(seqs(state)).toEqual([1, 2, 3]);
    expect(findMessage(state.groups, 2)?.deleted).toBe("author");
    expect(effects).toMatchObject([{ event: "message:deleted" }]);
  });

  test("may come twice, or while the sync is asked, and changes nothing then", () => {
    const { state } = run(
      [message(5), message(5), resume(3, range(4, 5)), message(5), message(4)],
      joined,
    );
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
    expect(state.held).toEqual([]);
  });

  test("of a type nobody knows is ignored", () => {
    const unknown = { type: "sparkle", room: "lobby", rev: 4 } as never;
    expect(run([unknown], joined).state).toBe(joined);
  });
});

describe("what a ping tells of the head", () => {
  const head = (epoch: string, head: number) => ({ type: "head", epoch, head }) as const;

  test("asks a sync when it is above", () => {
    const { effects } = run([head(joined.epoch ?? "", 5)], joined);
    expect(effects).toEqual([{ kind: "ask", afterMs: SYNC_DELAY_MS }]);
  });

  test("is no reason to ask when it is the same", () => {
    expect(run([head(joined.epoch ?? "", 3)], joined).state).toBe(joined);
  });

  test("drops the room for a snapshot when it is below, or of another epoch", () => {
    for (const ping of [head(joined.epoch ?? "", 2), head("epochtwo2", 3)]) {
      const { state, effects } = run([ping], joined);
      expect(state.epoch).toBeNull();
      expect(seqs(state)).toEqual([]);
      expect(effects).toEqual([{ kind: "ask", afterMs: 0 }]);
    }
  });
});

describe("how far the team has read", () => {
  const receipts = (team: number) => ({ receipts: { team, visitor: 0 } });
  const receipt = (rev: number) => ({ type: "receipt", room: "lobby", rev, by: "team" }) as const;

  test("is kept as a maximum of receipts and of what a sync says", () => {
    const first = run([snapshot(range(1, 3), receipts(1))]).state;
    expect(first.read).toBe(1);
    const second = run([receipt(3)], first).state;
    expect(second.read).toBe(3);
    expect(run([receipt(2)], second).state).toBe(second);
    expect(run([resume(3, [], receipts(2))], second).state.read).toBe(3);
    expect(run([resume(3, [], { receipts: null })], second).state.read).toBe(3);
  });

  test("is unknown again in another epoch", () => {
    const read = run([snapshot(range(1, 3), receipts(3))]).state;
    expect(run([snapshot(range(1, 1), { epoch: "epochtwo22" })], read).state.read).toBe(0);
  });
});
