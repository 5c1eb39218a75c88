/**
 * A whole session over HTTP: nothing is lost or doubled; a refusal ends it as a close code would.
 */
import { describe, expect, test } from "vitest";
import { openSession } from "../../widget/src/session/session.ts";
import {
  bodies,
  expectInStep,
  onStage,
  open,
  openByHttp,
  settle,
  wait,
  way,
} from "./support/by-http.ts";
import { ROOM } from "./support/http-server.ts";
import { BASE, KEY, newStore, pendingOf } from "./support/talking.ts";

const stage = onStage();

describe("along", () => {
  test("a proxy that cuts every stream costs a moment and no message", async () => {
    stage.server.cutsAfterMs = 5_000;
    await openByHttp(stage);
    for (let turn = 0; turn < 30; turn += 1) {
      stage.server.say(`theirs ${turn}`);
      stage.session.send(ROOM, `mine ${turn}`);
      await wait(1_300);
    }
    expect(stage.server.count("GET events sse")).toBeGreaterThan(6);
    expectInStep(stage);
    expect(bodies(stage)).toHaveLength(60);
    expect(stage.states).toEqual([]);
    expect(way(stage)).toBe("sse");
  });

  test("a lost answer is asked for again under the same cid", async () => {
    await openByHttp(stage, "poll");
    stage.server.losesAcks = true;
    stage.session.send(ROOM, "once");
    await settle();
    stage.server.losesAcks = false;
    stage.session.send(ROOM, "twice");
    await wait(3_000);
    expect(stage.server.count("POST messages")).toBeGreaterThan(1);
    expect(bodies(stage)).toEqual(["once", "twice"]);
    expectInStep(stage);
  });

  test.each([
    "sse",
    "poll",
  ] as const)("what was missed comes in pages, each once (%s)", async (by) => {
    stage.server.say("first");
    await openByHttp(stage, by);
    stage.server.away = true;
    stage.server.cut();
    for (let count = 0; count < 250; count += 1) stage.server.say(`more ${count}`);
    await wait(100);
    stage.server.away = false;
    const asked = stage.server.count("GET events");
    await wait(2_000);
    expect(stage.session.room(ROOM)?.since).toBe(251);
    expectInStep(stage);
    expect(bodies(stage)).toHaveLength(251);
    // Three pages, and the request that waits for more.
    expect(stage.server.count("GET events") - asked).toBeLessThan(6);
  });

  test("typing, read marks and history go by calls of their own", async () => {
    for (let count = 0; count < 60; count += 1) stage.server.say(`line ${count}`);
    await openByHttp(stage);
    stage.session.typing(ROOM);
    stage.session.seen(ROOM);
    stage.session.older(ROOM);
    await settle();
    expect(stage.server.asked).toEqual(
      expect.arrayContaining(["POST typing", "POST seen", "GET messages"]),
    );
    expect(bodies(stage)).toHaveLength(60);
    expect(stage.session.room(ROOM)?.older).toBe(false);
  });

  test("acts are answered, and refused, in the words of a socket", async () => {
    stage.server.say();
    await openByHttp(stage);
    const refused = { error: "too_late", message: "Too late." };
    stage.server.refuses = { "PATCH messages/1": { status: 409, body: refused } };
    const edit = stage.session.act(ROOM, { type: "edit", seq: 1, body: "new" });
    await Promise.all([expect(edit).rejects.toMatchObject({ code: "too_late" }), settle()]);
    const pin = stage.session.act(ROOM, { type: "pin", seq: 1, on: true });
    await Promise.all([expect(pin).rejects.toMatchObject({ code: "forbidden" }), settle()]);
  });

  test("a message that is refused fails with its reason; a limit lets it wait", async () => {
    await openByHttp(stage);
    const slow = { error: "slow_mode", message: "Slowly.", retry_ms: 5_000 };
    stage.server.refuses = { "POST messages": { status: 429, body: slow } };
    stage.session.send(ROOM, "fast");
    await settle();
    expect(pendingOf(stage.session)).toEqual([["fast", "sending"]]);
    stage.server.refuses = {};
    await wait(5_000);
    expectInStep(stage);
    const long = { error: "too_long", message: "Too long.", field: "body" };
    stage.server.refuses = { "POST messages": { status: 422, body: long } };
    stage.session.send(ROOM, "long");
    await settle();
    expect(pendingOf(stage.session)).toEqual([["long", "failed"]]);
  });

  test("a room that is not there says so, and the others go on", async () => {
    const gone = { error: "not_found", message: "There is no such room." };
    stage.server.refuses = { "GET events": { status: 404, body: gone } };
    await open(stage, "sse");
    expect(stage.session.room(ROOM)?.problem).toMatchObject({ code: "not_found" });
    expect(stage.session.snapshot().connection.status).toBe("online");
  });

  test("a page without a room stays online", async () => {
    stage.session.close();
    stage.session = openSession({ base: BASE, site: KEY, store: newStore(), transport: "sse" });
    stage.session.start();
    await settle();
    expect(way(stage)).toBe("sse");
    await wait(120_000);
    expect(way(stage)).toBe("sse");
    expect(stage.server.count("POST session")).toBe(1);
  });

  test("too many tabs are polled, and nobody is sent away", async () => {
    const full = { error: "rate", message: "Too many open tabs.", retry_ms: 5_000 };
    stage.server.refuses = { "GET events sse": { status: 429, body: full } };
    await open(stage, "sse");
    await wait(6_000);
    stage.server.say();
    await wait(2_500);
    expectInStep(stage);
    expect(stage.session.snapshot().connection.status).toBe("online");
  });
});

describe("ends", () => {
  test("a server that goes away is noticed, and come back to where one was", async () => {
    await openByHttp(stage);
    stage.server.away = true;
    stage.server.cut();
    await wait(2_000);
    expect(stage.session.snapshot().connection.status).toBe("reconnecting");
    stage.session.send(ROOM, "in the dark");
    stage.server.model.post({ id: "v_x", name: "X", role: "visitor" }, "x-0000001", "meanwhile");
    stage.server.away = false;
    await wait(10_000);
    expectInStep(stage);
    expect(bodies(stage)).toEqual(["meanwhile", "in the dark"]);
  });

  test.each([
    [401, "token_expired", "online sse"],
    [403, "banned", "stopped"],
    [403, "site_disabled", "stopped"],
    [403, "origin_not_allowed", "stopped"],
  ])("%i %s is what its close code is", async (status, error, state) => {
    await openByHttp(stage);
    stage.server.refuses = { "POST seen": { status, body: { error, message: "No." } } };
    stage.server.say();
    await settle();
    stage.session.seen(ROOM);
    await wait(200);
    stage.server.refuses = {};
    await wait(2_000);
    expect(stage.states.at(-1)).toBe(state);
    if (state === "stopped")
      expect(stage.session.snapshot().connection.stop).toMatchObject({
        code: error,
        message: "No.",
      });
    else expect(stage.server.count("POST session")).toBe(2);
  });

  test.each([
    "sse",
    "poll",
    "auto",
  ] as const)("%s: an origin that was taken off the list hears so, and stops asking", async (by) => {
    await open(stage, by);
    await wait(20_000);
    expect(stage.session.snapshot().connection.status).toBe("online");
    const body = { error: "origin_not_allowed", message: "This page may not use this chat." };
    stage.server.refuses = { "POST session": { status: 403, body } };
    stage.server.hides = true;
    stage.server.cut();
    await wait(120_000);
    expect(stage.session.snapshot().connection.stop).toMatchObject({
      code: "origin_not_allowed",
    });
    const asked = stage.server.asked.length;
    await wait(600_000);
    expect(stage.server.asked).toHaveLength(asked);
  });

  test("a restart is waited for as its `bye` says", async () => {
    await openByHttp(stage);
    stage.server.deliver({ type: "bye", code: 1012, reason: "restart", retry_ms: [4_000, 4_000] });
    await settle();
    expect(stage.states).toEqual(["reconnecting"]);
    await wait(3_900);
    expect(way(stage)).toBeNull();
    await wait(300);
    expect(way(stage)).toBe("sse");
  });

  test("nothing is held open after the last view has gone", async () => {
    await openByHttp(stage);
    expect(stage.server.held.size).toBe(1);
    stage.session.close();
    await settle();
    expect(stage.server.held.size).toBe(0);
    const asked = stage.server.asked.length;
    await wait(120_000);
    expect(stage.server.asked).toHaveLength(asked);
  });
});
