import { expect, test } from "vitest";
import { callFor, refusalFor } from "../../widget/src/connection/fallback/calls.ts";
import { eventsPath, pollPauseMs } from "../../widget/src/connection/fallback/poll.ts";
import type { ClientFrame } from "../../widget/src/protocol/frames.ts";

const CID = "cid-00000001";

test.each<[ClientFrame, string, unknown]>([
  [
    { type: "send", cid: CID, room: "lobby", body: "hi", reply_to: 4 },
    "POST rooms/lobby/messages",
    { cid: CID, body: "hi", reply_to: 4 },
  ],
  [
    { type: "edit", cid: CID, room: "lobby", seq: 7, body: "new" },
    "PATCH rooms/lobby/messages/7",
    { cid: CID, body: "new" },
  ],
  [
    { type: "delete", cid: CID, room: "lobby", seq: 7 },
    `DELETE rooms/lobby/messages/7?cid=${CID}`,
    undefined,
  ],
  [
    { type: "react", cid: CID, room: "lobby", seq: 7, emoji: "👍", on: true },
    `PUT rooms/lobby/messages/7/reactions/%F0%9F%91%8D?cid=${CID}`,
    undefined,
  ],
  [
    { type: "react", cid: CID, room: "lobby", seq: 7, emoji: "#/?", on: false },
    `DELETE rooms/lobby/messages/7/reactions/%23%2F%3F?cid=${CID}`,
    undefined,
  ],
  [
    { type: "history", room: "a b", before: 9, limit: 50 },
    "GET rooms/a%20b/messages?limit=50&before=9",
    undefined,
  ],
  [{ type: "history", room: "lobby", limit: 50 }, "GET rooms/lobby/messages?limit=50", undefined],
  [{ type: "typing", room: "lobby" }, "POST rooms/lobby/typing", undefined],
  [{ type: "seen", room: "lobby", rev: 3 }, "POST rooms/lobby/seen", { rev: 3 }],
])("%j is one call", (frame, line, body) => {
  const call = callFor(frame);
  expect(`${call?.method} ${call?.path}`).toBe(line);
  expect(call?.body).toEqual(body);
});

test("what is no call is none", () => {
  expect(callFor({ type: "pong", n: 1 })).toBeNull();
  expect(callFor({ type: "leave", room: "lobby" })).toBeNull();
});

test("a refusal is what a socket would have said", () => {
  const send: ClientFrame = { type: "send", cid: CID, room: "lobby", body: "hi" };
  const said = { message: "No." };
  const nack = { type: "nack", cid: CID, room: "lobby", message: "No." };
  expect(refusalFor(send, { ...said, code: "slow_mode", retry_ms: 900 })).toEqual({
    ...nack,
    code: "slow_mode",
    final: false,
    retry_ms: 900,
  });
  expect(refusalFor(send, { ...said, code: "network" })).toMatchObject({
    code: "unavailable",
    final: false,
  });
  expect(refusalFor(send, { ...said, code: "too_long", field: "body" })).toMatchObject({
    final: true,
    field: "body",
  });
  expect(
    refusalFor({ type: "history", room: "lobby", limit: 5 }, { ...said, code: "not_found" }),
  ).toMatchObject({ type: "error", re: "history", room: "lobby", code: "not_found" });
  expect(refusalFor({ type: "typing", room: "lobby" }, { ...said, code: "network" })).toBeNull();
});

test("a cursor is asked for whole, or not at all", () => {
  expect(eventsPath({ room: "a b" })).toBe("rooms/a%20b/events");
  expect(eventsPath({ room: "lobby", since: 3 })).toBe("rooms/lobby/events");
  expect(eventsPath({ room: "lobby", epoch: "one", since: 0 }, 25)).toBe(
    "rooms/lobby/events?epoch=one&since=0&wait=25",
  );
});

test("polls are rarer the longer nobody talks, never so rare that the server seems gone", () => {
  const pauses = [0, 59_999, 60_000, 1e9].map((quiet) => pollPauseMs(quiet, () => 0));
  expect(pauses).toEqual([2_000, 2_000, 10_000, 10_000]);
  expect(pollPauseMs(1e9, () => 1)).toBeLessThan(35_000);
});
