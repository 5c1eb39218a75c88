// @vitest-environment happy-dom
/** Files on their way: what the tray and the messages know of them, whatever the network does. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { localFile } from "../../../widget/src/features/files/local-files.ts";
import { filesTray } from "../../../widget/src/features/files/tray.ts";
import { Uploads } from "../../../widget/src/features/files/uploads.ts";
import { whyNot } from "../../../widget/src/features/files/words.ts";
import type { Attachment } from "../../../widget/src/protocol/frames.ts";
import type { Pending, RoomState } from "../../../widget/src/rooms/reduce.ts";
import type { SendOptions, Session } from "../../../widget/src/session/types.ts";
import { drawn, fakeSession, openPanel, pendingMessage, roomState } from "./support/drawn.tsx";

const PICTURES = { send: null, until: null, files: ["image/png", "image/jpeg"] };
const png = (name = "wall.png", size = 4): File =>
  new File([new Uint8Array(size)], name, { type: "image/png" });

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  answer(more?: Partial<Attachment>): Promise<void>;
  refuse(code: string, more?: object): Promise<void>;
}

/** A conversation whose answers the test gives, with a room that keeps what is sent. */
function conversation(stored: Record<string, string> = {}) {
  const calls: Call[] = [];
  const listeners = new Set<() => void>();
  let pending: readonly Pending[] = [];
  let status = "online";
  let me = "v_me";
  let count = 0;
  const told = () => {
    for (const listener of [...listeners]) listener();
  };
  const session = {
    ...fakeSession(stored),
    snapshot: () => ({ connection: { status }, visitor: { id: me } }),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    room: () => ({ ...roomState(), pending }) as RoomState,
    send: vi.fn((_: string, body: string, options: SendOptions = {}) => {
      const cid = options.cid ?? `cid-${pending.length}`;
      const entry = pendingMessage(cid, { body, ...options, cid });
      pending = [...pending.filter((one) => one.cid !== cid), entry];
      told();
      return cid;
    }),
    discard: vi.fn((_: string, cid: string) => {
      pending = pending.filter((one) => one.cid !== cid);
      told();
    }),
    call: (method: string, path: string, body: unknown) =>
      new Promise((resolve, reject) => {
        count += 1;
        const id = `f_${count}`;
        calls.push({
          method,
          path,
          body,
          answer: async (more = {}) => {
            const { name } = (body as FormData).get?.("file") as File;
            const kept = { id, name, alt: "", media_type: "image/webp", bytes: 9, url: `/${id}` };
            resolve({ ...kept, ...more });
            await drawn();
          },
          refuse: async (code, more = {}) => {
            reject(Object.assign(new Error(code), { code, message: code, ...more }));
            await drawn();
          },
        });
      }),
  } as unknown as Session;
  return {
    session,
    calls,
    pending: () => pending,
    resolve(cid: string) {
      pending = pending.filter((one) => one.cid !== cid);
      told();
    },
    connect(next: string) {
      status = next;
      told();
    },
    become(next: string) {
      me = next;
      told();
    },
  };
}

const opened: { end(): void }[] = [];
function begin(stored?: Record<string, string>) {
  const talk = conversation(stored);
  const uploads = new Uploads(talk.session, "lobby");
  opened.push(uploads);
  return { ...talk, uploads };
}
const states = ({ items }: Uploads) => items.map(({ state }) => state);

beforeEach(() => {
  vi.spyOn(URL, "createObjectURL").mockImplementation((file) => `blob:${(file as File).name}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) one.end();
  vi.restoreAllMocks();
});

describe("uploads", () => {
  test("go one after the other, and are ready once they are stored", async () => {
    const { uploads, calls } = begin();
    uploads.add(png("a.png"), null);
    uploads.add(png("b.png"), null);
    expect(states(uploads)).toEqual(["uploading", "waits"]);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST rooms/lobby/attachments",
    ]);
    expect(uploads.next?.status).toBe("uploading");
    await calls[0]?.answer();
    await calls[1]?.answer();
    expect(states(uploads)).toEqual(["stored", "stored"]);
    expect(uploads.next).toEqual({
      status: "sending",
      attachments: [
        expect.objectContaining({ id: "f_1", name: "a.png" }),
        expect.objectContaining({ id: "f_2", name: "b.png" }),
      ],
    });
  });

  test("wait without a connection, and go once with it", async () => {
    const { uploads, calls, connect } = begin();
    connect("offline");
    uploads.add(png(), null);
    expect([states(uploads), calls.length]).toEqual([["waits"], 0]);
    connect("online");
    connect("online");
    expect([states(uploads), calls.length]).toEqual([["uploading"], 1]);
  });

  test("that the network lost go again at once when it is back", async () => {
    const { uploads, calls, connect } = begin();
    uploads.add(png(), null);
    connect("offline");
    await calls[0]?.refuse("network");
    expect(states(uploads)).toEqual(["waits"]);
    connect("online");
    expect([states(uploads), calls.length]).toEqual([["uploading"], 2]);
    await calls[1]?.answer();
    expect(states(uploads)).toEqual(["stored"]);
  });

  test("wait as long as a busy server says", async () => {
    const { uploads, calls } = begin();
    vi.useFakeTimers();
    uploads.add(png(), null);
    void calls[0]?.refuse("rate", { retry_ms: 7000 });
    await vi.advanceTimersByTimeAsync(6900);
    expect([states(uploads), calls.length]).toEqual([["waits"], 1]);
    await vi.advanceTimersByTimeAsync(200);
    expect([states(uploads), calls.length]).toEqual([["uploading"], 2]);
  });

  test("fail for good after four tries beside a connection, and go again on request", async () => {
    const { uploads, calls } = begin();
    vi.useFakeTimers();
    uploads.add(png(), null);
    for (const n of [0, 1, 2, 3]) {
      void calls[n]?.refuse("network");
      await vi.advanceTimersByTimeAsync(31_000);
    }
    expect([states(uploads), calls.length]).toEqual([["failed"], 4]);
    expect(uploads.items[0]?.problem?.code).toBe("network");
    expect(uploads.next).toBeNull();
    uploads.retry(uploads.items[0]?.key ?? "");
    expect([states(uploads), calls.length]).toEqual([["uploading"], 5]);
  });

  test("that are removed leave nothing, and the next one goes", async () => {
    const { uploads, calls } = begin();
    uploads.add(png("a.png"), null);
    uploads.add(png("b.png"), null);
    uploads.remove(uploads.items[0]?.key ?? "");
    expect(states(uploads)).toEqual(["uploading"]);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:a.png");
    await calls[0]?.answer();
    expect(states(uploads)).toEqual(["uploading"]);
    await calls[1]?.answer();
    expect(uploads.next?.attachments?.map(({ name }) => name)).toEqual(["b.png"]);
  });

  test("of somebody who is somebody else now are gone", () => {
    const { uploads, become } = begin();
    uploads.add(png(), null);
    become("v_other");
    expect(uploads.items).toEqual([]);
  });
});

describe("a message that is sent before its files are there", () => {
  test("waits, and is sent once with the last of them, under the same cid", async () => {
    const { uploads, calls, session, pending, resolve } = begin();
    uploads.add(png("a.png"), null);
    const cid = session.send("lobby", "Look", { ...uploads.next, reply_to: 4 });
    expect(uploads.tray).toEqual([]);
    expect(pending()[0]?.status).toBe("uploading");
    const here = pending()[0]?.attachments[0];
    expect(here?.url).toBe("blob:a.png");
    expect(localFile(here?.id ?? "")?.progress).toBe(0);
    await calls[0]?.answer();
    expect(session.send).toHaveBeenCalledTimes(2);
    expect(session.send).toHaveBeenLastCalledWith("lobby", "Look", {
      cid,
      reply_to: 4,
      attachments: [expect.objectContaining({ id: "f_1" })],
    });
    // The stored one draws the same picture under the same key.
    expect(localFile("f_1")).toEqual(
      expect.objectContaining({ key: here?.id, url: "blob:a.png", progress: null }),
    );
    resolve(cid);
    expect(uploads.items).toEqual([]);
    expect(localFile("f_1")?.url).toBe("blob:a.png");
  });

  test("has the words that were written while it was uploading", async () => {
    const { uploads, calls, session } = begin();
    uploads.add(png("a.png"), null);
    uploads.describe(uploads.items[0]?.key ?? "", "A wall ");
    await calls[0]?.answer();
    session.send("lobby", "", uploads.next);
    expect(session.send).toHaveBeenCalledTimes(1);
    expect(calls[1]).toMatchObject({
      method: "PATCH",
      path: "rooms/lobby/attachments/f_1",
      body: { alt: "A wall" },
    });
  });

  test("comes back with its text where a file cannot be stored", async () => {
    const { uploads, calls, session, pending } = begin({ "draft:lobby": "And then" });
    uploads.add(png("a.png"), null);
    session.send("lobby", "Look", uploads.next);
    await calls[0]?.refuse("forbidden", { field: "file" });
    expect(pending()).toEqual([]);
    expect(states(uploads)).toEqual(["failed"]);
    expect(uploads.tray).toHaveLength(1);
    expect(session.store.get("draft:lobby")).toBe("And then\nLook");
  });

  test("comes back when it is stopped, and what is on its way goes on", async () => {
    const { uploads, calls, session, pending } = begin();
    const given: string[] = [];
    uploads.takesBack = (text) => given.push(text);
    uploads.add(png("a.png"), null);
    session.send("lobby", "Look", uploads.next);
    localFile(uploads.items[0]?.key ?? "")?.cancel();
    expect([pending(), given, uploads.tray.length]).toEqual([[], ["Look"], 1]);
    await calls[0]?.answer();
    expect(uploads.next?.status).toBe("sending");
    expect(session.send).toHaveBeenCalledTimes(1);
  });
});

describe("a page that is left", () => {
  test("keeps what is stored and the text that waits; the next one has them alone", async () => {
    const first = begin();
    first.uploads.add(png("a.png"), null);
    await first.calls[0]?.answer();
    first.uploads.add(png("b.png"), null);
    first.session.send("lobby", "Both", first.uploads.next);
    dispatchEvent(new Event("pagehide"));
    const next = new Uploads(first.session, "lobby");
    opened.push(next);
    const given: string[] = [];
    next.takesBack = (text) => given.push(text);
    next.restore();
    expect(next.items.map(({ name, state }) => [name, state])).toEqual([["a.png", "stored"]]);
    expect(given).toEqual(["Both"]);
    const third = new Uploads(first.session, "lobby");
    opened.push(third);
    third.restore();
    expect(third.items).toEqual([]);
  });

  test("leaves nothing where there is nothing, and what is broken is nothing", () => {
    const { session, uploads } = begin();
    dispatchEvent(new Event("pagehide"));
    expect(session.store.get("files:lobby")).toBeNull();
    session.store.set("files:lobby", '{"files":[{}],"text":1}');
    uploads.restore();
    expect(uploads.items).toEqual([]);
  });
});

describe("before anything is sent", () => {
  test.each([
    ["nothing", png("a.png", 0), "empty"],
    ["too much", png("a.png", 101), "too_large"],
    [
      "another kind",
      new File(["x"], "a.pdf", { type: "application/pdf" }),
      "unsupported_media_type",
    ],
    ["no known kind", new File(["x"], "nameless"), undefined],
    ["a picture", png("a.png", 100), undefined],
  ])("%s is taken, or not: %s", (_, file, code) => {
    expect(whyNot(file, 100, PICTURES.files)?.code).toBe(code);
  });
});

describe("the button", () => {
  test("is there where the room takes files, and nowhere else", async () => {
    const panel = openPanel({ room: roomState({ may: PICTURES }) });
    opened.push(panel);
    expect(panel.has('[aria-label="Add files"]')).toBe(true);
    panel.draw({ room: roomState({ may: { ...PICTURES, files: [] } }) });
    expect(panel.has('[aria-label="Add files"]')).toBe(false);
    panel.draw({ room: roomState() });
    expect(panel.has('[aria-label="Add files"]')).toBe(false);
  });

  test("asks the device; what it gives stands in the tray, and the send button wakes", async () => {
    await filesTray.file.fetch();
    const talk = conversation();
    const session = { ...talk.session, snapshot: talk.session.snapshot } as Session;
    const panel = openPanel({ room: roomState({ may: PICTURES }), session });
    opened.push(panel);
    await drawn();
    const input = panel.one<HTMLInputElement>("input[type=file]");
    const asked = vi.spyOn(input, "click");
    panel.click('[aria-label="Add files"]');
    await drawn();
    expect(asked).toHaveBeenCalledOnce();
    expect([input.accept, input.multiple]).toEqual(["image/png,image/jpeg", true]);
    Object.defineProperty(input, "files", { value: [png("a.png"), png("b.png")] });
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
    // The server has not said that it takes more at once.
    expect(panel.texts(".tray b")).toEqual(["a.png"]);
    expect(panel.text(".refused")).toBe("A message takes 1 file.");
    expect(panel.one(".send").getAttribute("aria-disabled")).toBe("false");
    panel.click(".send");
    await drawn();
    expect(session.send).toHaveBeenCalledWith(
      "lobby",
      "",
      expect.objectContaining({ status: "uploading" }),
    );
    expect(panel.has(".tray li")).toBe(false);
  });
});
