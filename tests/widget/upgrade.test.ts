/** Down to the fallbacks and up to the socket again: a view only sees which transport is in use. */
import { describe, expect, test, vi } from "vitest";
import type { TransportChoice } from "../../widget/src/session/session.ts";
import { FakeSocket, pass, sessionAnswer } from "./support/browser.ts";
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
import { welcome } from "./support/frames.ts";
import { ROOM } from "./support/http-server.ts";
import { KEY } from "./support/talking.ts";

const stage = onStage();

describe("down", () => {
  test("after three sockets that did not open, while the session call works", async () => {
    stage.server.say("before");
    await open(stage);
    await wait(3_000);
    expect(FakeSocket.all).toHaveLength(3);
    expect(way(stage)).toBe("sse");
    expect(bodies(stage)).toEqual(["before"]);
    stage.session.send(ROOM, "mine");
    stage.server.say("theirs");
    await settle();
    expectInStep(stage);
    expect(stage.browser.storage.getItem(`inglenook:${KEY}:http`)).not.toBeNull();
  });

  test("also where handshakes are swallowed", async () => {
    vi.stubGlobal("WebSocket", FakeSocket);
    await open(stage);
    await wait(35_000);
    expect(FakeSocket.all).toHaveLength(3);
    expect(way(stage)).toBe("sse");
  });

  test("but not because the server is away", async () => {
    stage.server.away = true;
    await open(stage);
    await wait(120_000);
    stage.server.away = stage.server.blocks = false;
    await wait(31_000);
    expect(way(stage)).toBe("ws");
    expect(stage.server.count("GET events")).toBe(0);
  });

  test("and not where the page wants sockets only", async () => {
    await open(stage, "ws");
    await wait(60_000);
    expect(stage.server.count("GET events")).toBe(0);
    expect(stage.session.snapshot().connection.status).toBe("reconnecting");
  });

  test("a stream that a proxy keeps becomes long polls within four seconds", async () => {
    stage.server.buffers = true;
    await open(stage, "sse");
    expect(way(stage)).toBeNull();
    await wait(4_000);
    expect(way(stage)).toBe("long-poll");
    stage.server.say();
    stage.session.send(ROOM, "mine");
    await settle();
    expectInStep(stage);
  });

  test("also one that is kept later: my own message is missed", async () => {
    await openByHttp(stage);
    stage.server.buffers = true;
    stage.session.send(ROOM, "mine");
    await settle();
    expect(bodies(stage)).toEqual([]);
    await wait(4_000);
    expect(way(stage)).toBe("long-poll");
    expectInStep(stage);
    expect(stage.states).toEqual(["online long-poll"]);
  });

  test("silence alone does it as well, the second time", async () => {
    await openByHttp(stage);
    stage.server.buffers = true;
    stage.server.say("theirs");
    await wait(20_000);
    expect(bodies(stage)).toEqual(["theirs"]);
    await wait(4_000);
    expect(way(stage)).toBe("long-poll");
    expect(stage.states).toEqual(["online long-poll"]);
  });

  test("long polls that are cut are held more briefly, and at last not at all", async () => {
    stage.server.cutsAfterMs = 10_000;
    await openByHttp(stage, "poll");
    await wait(11_000);
    expect(stage.server.count("GET events 25")).toBe(1);
    await wait(5_000);
    expect(stage.server.count("GET events 12")).toBe(1);
    await wait(20_000);
    expect(stage.server.count("GET events 6")).toBeGreaterThan(1);
    expect(way(stage)).toBe("long-poll");
    stage.server.cutsAfterMs = 2_500;
    await wait(20_000);
    expect(way(stage)).toBe("poll");
    const polls = stage.server.count("GET events");
    stage.server.say();
    stage.session.send(ROOM, "mine");
    await wait(15_000);
    expectInStep(stage);
    expect(stage.server.count("GET events") - polls).toBeLessThan(9);
    expect(stage.states).toEqual(["online poll"]);
  });
});

describe("up", () => {
  async function openBelow(): Promise<void> {
    stage.browser.storage.setItem(`inglenook:${KEY}:http`, "1");
    await open(stage);
    expect(way(stage)).toBe("sse");
    stage.states = [];
  }

  test("a page that remembers begins by HTTP, and tries a socket soon and each minute", async () => {
    await openBelow();
    expect(FakeSocket.all).toHaveLength(0);
    await wait(5_000);
    expect(FakeSocket.all).toHaveLength(1);
    await wait(59_000);
    expect(FakeSocket.all).toHaveLength(1);
    await wait(1_500);
    expect(FakeSocket.all).toHaveLength(2);
    expect(stage.states).toEqual([]);
  });

  test("one that opens takes over between two frames", async () => {
    await openBelow();
    stage.server.blocks = false;
    stage.server.say("before");
    const seen = vi.fn();
    stage.session.on("presence", seen);
    await wait(5_000);
    expect(way(stage)).toBe("ws");
    expect(stage.states).toEqual(["online ws"]);
    stage.server.say("after");
    stage.session.send(ROOM, "mine");
    await settle();
    expectInStep(stage);
    expect(stage.server.held.size).toBe(1);
    expect(stage.browser.storage.getItem(`inglenook:${KEY}:http`)).toBeNull();
    expect(seen).not.toHaveBeenCalled();
    await wait(120_000);
    expect(FakeSocket.all.filter(({ readyState }) => readyState < 2)).toHaveLength(1);
  });

  test("a message that is on its way then is answered where it was asked", async () => {
    await openBelow();
    stage.server.blocks = false;
    await pass(4_970);
    stage.session.send(ROOM, "on its way");
    await settle();
    await settle();
    expect(way(stage)).toBe("ws");
    expectInStep(stage);
    expect(stage.server.count("POST messages")).toBe(1);
    expect(FakeSocket.last.of("send")).toHaveLength(0);
  });

  test("a socket that is cut afterwards is come back to as ever", async () => {
    await openBelow();
    stage.server.blocks = false;
    await wait(5_000);
    FakeSocket.last.die();
    expect(stage.session.snapshot().connection.status).toBe("reconnecting");
    await wait(300);
    expect(way(stage)).toBe("ws");
    expectInStep(stage);
  });

  test("one that opens and says nothing is given up, and nobody has noticed", async () => {
    await openBelow();
    vi.stubGlobal("WebSocket", FakeSocket);
    await wait(5_000);
    FakeSocket.last.open();
    stage.server.say("meanwhile");
    await wait(10_000);
    expect(FakeSocket.last.closedWith).toBe(1000);
    expectInStep(stage);
    expect(stage.states).toEqual([]);
  });

  test("one that was greeted for another room is not taken; the next one is", async () => {
    await openBelow();
    vi.stubGlobal("WebSocket", FakeSocket);
    await wait(5_000);
    const socket = FakeSocket.last;
    socket.open();
    stage.session.join("second");
    socket.receive(welcome());
    expect(way(stage)).toBe("sse");
    expect(socket.closedWith).toBe(1000);
    stage.server.blocks = false;
    stage.server.serve();
    await wait(60_000);
    expect(way(stage)).toBe("ws");
    const rooms = FakeSocket.last.of("hello")[0]?.rooms.map(({ room }) => room);
    expect(rooms).toEqual([ROOM, "second"]);
  });
});

test("what the tag says is taken only where it means something", async () => {
  await open(stage, "carrier pigeon" as TransportChoice);
  await wait(3_000);
  expect(way(stage)).toBe("sse");
  expect(sessionAnswer().ws_url).toBe(FakeSocket.last.url);
});
