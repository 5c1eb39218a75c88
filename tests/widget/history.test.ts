import { describe, expect, test } from "vitest";
import { findMessage, GROUP_SIZE } from "../../widget/src/rooms/timeline.ts";
import { message, page, range, resume, roomFrame, roomInfo, snapshot } from "./support/frames.ts";
import { kinds, run, seqs } from "./support/reducing.ts";

const older = { type: "older" } as const;
const joined = run([snapshot(range(51, 60), { older: true })]).state;

describe("a page of history", () => {
  test("is asked from the floor, once", () => {
    const { state, effects } = run([older, older], joined);
    expect(effects).toEqual([{ kind: "page", before: 51 }]);
    expect(state.paging).toBe(51);
  });

  test("goes in front, as a group of its own, and lowers the floor", () => {
    const { state } = run([older, page(51, range(21, 50), true)], joined);
    expect(state.groups).toHaveLength(2);
    expect(state.groups[1]).toBe(joined.groups[0]);
    expect(state).toMatchObject({ floor: 21, older: true, paging: null, since: 60 });
  });

  test("that is the last one ends the asking", () => {
    const { state, effects } = run([older, page(51, range(1, 50), false), older], joined);
    expect(state).toMatchObject({ older: false, expired: false });
    expect(kinds(effects)).toEqual(["page"]);
  });

  test("that is the last one of an expired history says so", () => {
    const purged = run([
      snapshot(range(51, 60), { older: true, state: roomInfo(9, { first_seq: 40 }) }),
    ]);
    const { state } = run([older, page(51, range(40, 50), false)], purged.state);
    expect(state.expired).toBe(true);
  });

  test("that was not asked for, or before a snapshot, is not applied", () => {
    expect(run([page(51, range(1, 50), false)], joined).state).toBe(joined);
    const after = run([older, snapshot(range(71, 80), { older: true })], joined).state;
    expect(run([page(51, range(1, 50), false)], after).state).toBe(after);
  });

  test("is forgotten with the connection, and may be asked again", () => {
    const { effects } = run([older, { type: "down" }, older], joined);
    expect(kinds(effects)).toEqual(["page", "page"]);
  });

  test("is forgotten when it does not come", () => {
    expect(run([older, { type: "unanswered", before: 51 }], joined).state.paging).toBeNull();
    const error = { type: "error", room: "lobby", code: "internal", message: "", re: "history" };
    expect(run([older, error as never], joined).state.paging).toBeNull();
  });
});

describe("a change below the floor", () => {
  const edit = message(61, { seq: 45, body: "edited" });

  test("moves since and is not shown", () => {
    const { state } = run([edit], joined);
    expect(state.since).toBe(61);
    expect(findMessage(state.groups, 45)).toBeUndefined();
    expect(state.groups).toBe(joined.groups);
  });

  test("while history is asked is applied after the page", () => {
    const { state } = run([older, edit, page(51, range(41, 50), true)], joined);
    expect(findMessage(state.groups, 45)?.body).toBe("edited");
    expect(state.kept).toEqual([]);
  });

  test("does not undo a page that knew it already", () => {
    const newer = range(41, 50).map((m) => (m.seq === 45 ? { ...m, rev: 62, body: "newest" } : m));
    const { state } = run([older, edit, page(51, newer, true)], joined);
    expect(findMessage(state.groups, 45)?.body).toBe("newest");
  });

  test("inside a sync while history is asked is applied after the page too", () => {
    const { state } = run([older, resume(60, [edit]), page(51, range(41, 50), true)], joined);
    expect(findMessage(state.groups, 45)?.body).toBe("edited");
  });
});

describe("retention", () => {
  test("drops what is below the first number and says that there was more", () => {
    const { state } = run([roomFrame(61, { first_seq: 56 })], joined);
    expect(seqs(state)).toEqual([56, 57, 58, 59, 60]);
    expect(state).toMatchObject({ older: false, expired: true });
  });

  test("of what was never loaded leaves the rest to be asked for", () => {
    const { state } = run([roomFrame(61, { first_seq: 20 })], joined);
    expect(seqs(state)).toHaveLength(10);
    expect(state).toMatchObject({ older: true, expired: false, floor: 51 });
  });

  test("also keeps out what a page or a late frame still brings", () => {
    const { state } = run(
      [older, roomFrame(61, { first_seq: 45 }), page(51, range(41, 50), false)],
      joined,
    );
    expect(seqs(state)[0]).toBe(45);
    const late = run([message(62, { seq: 44 })], state);
    expect(seqs(late.state)[0]).toBe(45);
  });

  test("may take everything", () => {
    expect(seqs(run([roomFrame(61, { first_seq: 99 })], joined).state)).toEqual([]);
  });
});

test("a view at the bottom may let the far end go and ask for it again", () => {
  const long = run([snapshot(), ...range(1, 5 * GROUP_SIZE)]).state;
  const floor = 3 * GROUP_SIZE + 1;
  const { state, effects } = run([{ type: "trim", groups: 2 }, older], long);
  expect(state.groups).toHaveLength(2);
  expect(state).toMatchObject({ floor, older: true });
  expect(effects).toEqual([{ kind: "page", before: floor }]);
  expect(run([{ type: "trim", groups: 9 }], long).state).toBe(long);
});
