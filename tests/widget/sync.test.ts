import { describe, expect, test } from "vitest";
import { hasHole } from "../../widget/src/rooms/reduce.ts";
import { findMessage, GROUP_SIZE } from "../../widget/src/rooms/timeline.ts";
import { EPOCH, message, mine, range, resume, roomInfo, snapshot } from "./support/frames.ts";
import { kinds, queue, run, seqs } from "./support/reducing.ts";

const joined = run([snapshot(range(1, 3))]).state;

describe("a snapshot", () => {
  test("is what the room is", () => {
    const { state, effects } = run([
      snapshot(range(11, 20), { older: true, seen: 15, state: roomInfo(4, { name: "Hall" }) }),
    ]);
    expect(seqs(state)).toEqual(range(11, 20).map(({ seq }) => seq));
    expect(state).toMatchObject({ since: 20, floor: 11, older: true, seen: 15, epoch: EPOCH });
    expect(state.info?.name).toBe("Hall");
    expect(effects).toEqual([]);
  });

  test("replaces everything, but unchanged messages stay the same objects", () => {
    const again = snapshot([message(2), message(6, { seq: 3, body: "new" })], { head: 6 });
    const { state } = run([again], joined);
    expect(seqs(state)).toEqual([2, 3]);
    expect(findMessage(state.groups, 2)).toBe(findMessage(joined.groups, 2));
    expect(findMessage(state.groups, 3)?.body).toBe("new");
  });

  test("of another epoch starts from nothing, whatever the numbers are", () => {
    const { state } = run(
      [message(9), snapshot([message(1, { body: "after" })], { epoch: "epochtwo2" })],
      joined,
    );
    expect(seqs(state)).toEqual([1]);
    expect(findMessage(state.groups, 1)?.body).toBe("after");
    expect(state).toMatchObject({ since: 1, gap: 1, held: [], epoch: "epochtwo2" });
  });

  test("with a lower head in the same epoch starts from nothing as well", () => {
    const { state } = run([message(9), snapshot(range(1, 2), { head: 2 })], joined);
    expect(seqs(state)).toEqual([1, 2]);
    expect(state.held).toEqual([]);
  });

  test("of an empty room has no floor", () => {
    expect(run([snapshot()]).state).toMatchObject({ since: 0, floor: 0, older: false });
  });

  test("keeps what I wrote", () => {
    const { state } = run([queue("cid-00001"), snapshot([], { epoch: "epochtwo2" })], joined);
    expect(state.pending).toHaveLength(1);
  });

  test("tells what was missed while away, and nothing at the first time", () => {
    expect(run([snapshot(range(1, 3))]).effects).toEqual([]);
    const { effects } = run([snapshot(range(1, 5))], joined);
    expect(effects).toMatchObject([
      { event: "message", value: { message: { seq: 4 } } },
      { event: "message:received", value: { message: { seq: 4 } } },
      { event: "message", value: { message: { seq: 5 } } },
      { event: "message:received", value: { message: { seq: 5 } } },
    ]);
  });
});

describe("a resume", () => {
  test("is applied without a test for holes", () => {
    const { state } = run([resume(3, [message(5), message(9, { seq: 1 })])], joined);
    expect(seqs(state)).toEqual([1, 2, 3, 5]);
    expect(state.since).toBe(9);
  });

  test("goes on asking from where it ended while there is more", () => {
    const { state, effects } = run([resume(3, range(4, 6), { head: 9, more: true })], joined);
    expect(state.since).toBe(6);
    expect(kinds(effects).filter((kind) => kind === "ask")).toHaveLength(1);
    expect(effects.at(-1)).toEqual({ kind: "ask", afterMs: 0 });
  });

  test("lets the held ones follow by the live rules", () => {
    const { state } = run([message(6), message(7), message(9), resume(3, range(4, 5))], joined);
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(state.held.map(({ rev }) => rev)).toEqual([9]);
    expect(state.asking).toBe(true);
  });

  test("that nobody asked for is applied when it fits", () => {
    const { state } = run([resume(2, range(3, 8))], joined);
    expect(state.since).toBe(8);
  });

  test("that nobody asked for is a hole when it begins above", () => {
    const { state, effects } = run([resume(6, range(7, 8))], joined);
    expect(state.since).toBe(3);
    expect(seqs(state)).toEqual([1, 2, 3]);
    expect(kinds(effects)).toEqual(["ask"]);
  });

  test("that began above is asked for also where late frames close the hole", () => {
    const late = run([resume(4, [], { head: 4 }), message(4)], joined).state;
    expect(late).toMatchObject({ since: 4, gap: 4, asking: true });
    expect(hasHole(late)).toBe(true);
    expect(hasHole(run([resume(4, [])], late).state)).toBe(false);
  });

  test("of another epoch is not applied; a snapshot is asked", () => {
    const { state, effects } = run([resume(3, range(4, 5), { epoch: "epochtwo2" })], joined);
    expect(state.epoch).toBeNull();
    expect(effects).toEqual([{ kind: "ask", afterMs: 0 }]);
  });

  test("that brings nothing for a hole ends the asking", () => {
    const { state } = run([message(9), resume(3, [])], joined);
    expect(state).toMatchObject({ asking: false, held: [], gap: 3, since: 3 });
  });

  test("never goes back", () => {
    const { state } = run([message(4), resume(2, [message(3)])], joined);
    expect(state.since).toBe(4);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
  });

  test("replaces a message only by a state that is not older", () => {
    const newer = message(9, { seq: 2, body: "newest" });
    const { state } = run([resume(3, [newer]), resume(3, [message(5, { seq: 2 })])], joined);
    expect(findMessage(state.groups, 2)?.body).toBe("newest");
  });
});

describe("after a lost connection", () => {
  test("numbers stay and what is only of the moment goes", () => {
    const busy = run(
      [
        { type: "typing", room: "lobby", who: [{ id: "v_x", name: "X" }] },
        { type: "presence", room: "lobby", online: 4 },
        message(6),
      ],
      joined,
    ).state;
    const { state } = run([{ type: "down" }], busy);
    expect(state).toMatchObject({ since: 3, gap: 3, held: [], typing: [], online: null });
    expect(seqs(state)).toEqual([1, 2, 3]);
  });

  test("the answer to the new hello resumes", () => {
    const { state } = run(
      [{ type: "down" }, { type: "asking", on: true }, resume(3, range(4, 5))],
      joined,
    );
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
    expect(state.asking).toBe(false);
  });
});

describe("an answer that does not come", () => {
  test("because of an error waits as long as it says", () => {
    const error = { type: "error", code: "rate", message: "", re: "sync", retry_ms: 700 } as const;
    const { effects } = run([message(5), { ...error, room: "lobby" }], joined);
    expect(effects.at(-1)).toEqual({ kind: "ask", afterMs: 700 });
  });

  test("because there is no such room is shown as that", () => {
    const error = { type: "error", code: "not_found", message: "No such room." } as const;
    const { state, effects } = run([
      { type: "asking", on: true },
      { ...error, room: "lobby" },
    ]);
    expect(state.problem).toEqual({ code: "not_found", message: "No such room." });
    expect(effects).toEqual([]);
  });
});

test("messages come in groups, and only the changed group is another", () => {
  const number = 2 * GROUP_SIZE + 3;
  const many = run([snapshot(), ...range(1, number)]).state;
  expect(many.groups.map(({ messages }) => messages.length)).toEqual([GROUP_SIZE, GROUP_SIZE, 3]);
  const { state } = run([message(number + 1, { seq: GROUP_SIZE + 1, body: "edited" })], many);
  expect(state.groups[0]).toBe(many.groups[0]);
  expect(state.groups[1]).not.toBe(many.groups[1]);
  expect(state.groups[1]?.key).toBe(many.groups[1]?.key);
  expect(state.groups[2]).toBe(many.groups[2]);
});

test("my reactions are my own: live frames change them only when they are mine", () => {
  const reacted = (rev: number, by: string, on: boolean, count: number) =>
    message(rev, {
      seq: 1,
      reactions: count ? { "👍": count } : {},
      reacted: { by, emoji: "👍", on },
    });
  const start = run([snapshot([{ ...message(1), reactions: { "👍": 1 }, mine: ["👍"] }])]).state;
  const own = (inputs: Parameters<typeof run>[0]) =>
    findMessage(run(inputs, start).state.groups, 1)?.mine;
  expect(own([reacted(2, "v_other", true, 2)])).toEqual(["👍"]);
  expect(own([reacted(2, "v_me", false, 1)])).toEqual([]);
  expect(own([reacted(2, "v_me", false, 1), reacted(3, "v_me", true, 2)])).toEqual(["👍"]);
  expect(own([message(2, { seq: 1, body: "", deleted: "author" })])).toEqual([]);
  expect(
    own([resume(1, [{ ...message(2, { seq: 1, reactions: { "👍": 1 } }), mine: [] }])]),
  ).toEqual([]);
});

test("unread are others' messages above my mark that are not deleted", () => {
  const { state } = run([
    snapshot(
      [message(4), mine(5, "cid-00005"), message(6, { deleted: "author" }), message(7), message(8)],
      { older: true, seen: 4 },
    ),
  ]);
  expect(state).toMatchObject({ unread: 2, unreadMore: false });
  expect(run([{ type: "seen", room: "lobby", rev: 7 }], state).state.unread).toBe(1);
  expect(run([snapshot(range(50, 60), { older: true, seen: 3 })]).state.unreadMore).toBe(true);
});
