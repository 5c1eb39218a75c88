/**
 * The samples that both languages read: what Python sends is known here, and the codes are the
 * same.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nextStep } from "../../widget/src/connection/close-codes.ts";
import { parseFrames } from "../../widget/src/connection/transport.ts";
import {
  CLOSE_NAMES,
  type ClientFrame,
  HTTP_STATUS,
  SERVER_FRAME_TYPES,
  type ServerFrame,
} from "../../widget/src/protocol/frames.ts";
import { emptyRoom, type Input, reduce } from "../../widget/src/rooms/reduce.ts";
import { CONTEXT } from "./support/reducing.ts";

interface Sample<F> {
  readonly name: string;
  readonly frame: F;
}

interface Contract {
  readonly client: readonly Sample<ClientFrame>[];
  readonly server: readonly Sample<ServerFrame>[];
  readonly codes: Readonly<Record<string, number>>;
  readonly close_codes: Readonly<Record<string, number>>;
}

const contract = JSON.parse(
  readFileSync(new URL("../contract/frames.json", import.meta.url), "utf8"),
) as Contract;

/** The fields of each client frame that this side writes; the last ones may be absent. */
const WRITTEN: Readonly<Record<ClientFrame["type"], readonly string[]>> = {
  hello: ["v", "token", "rooms"],
  join: ["room", "epoch", "since"],
  leave: ["room"],
  send: ["cid", "room", "body", "reply_to", "attachments"],
  edit: ["cid", "room", "seq", "body"],
  delete: ["cid", "room", "seq"],
  react: ["cid", "room", "seq", "emoji", "on"],
  pin: ["cid", "room", "seq", "on"],
  sync: ["room", "epoch", "since", "limit"],
  history: ["room", "before", "limit"],
  typing: ["room"],
  seen: ["room", "rev"],
  pong: ["n"],
};

describe("every server frame", () => {
  test("has a sample, and every sample is known", () => {
    const types = new Set(contract.server.map(({ frame }) => frame.type));
    expect([...types].sort()).toEqual([...SERVER_FRAME_TYPES].sort());
  });

  test.each(
    contract.server.map(({ name, frame }) => [name, frame] as const),
  )("%s is read and reduced", (_, frame) => {
    expect(parseFrames(JSON.stringify(frame))).toEqual([frame]);
    for (const state of [emptyRoom("lobby"), started()])
      expect(() => reduce(state, frame as Input, CONTEXT)).not.toThrow();
  });

  test("comes alone or with others in an array", () => {
    const all = contract.server.map(({ frame }) => frame);
    expect(parseFrames(JSON.stringify(all))).toEqual(all);
  });

  test("with a message has all that a view draws", () => {
    for (const { name, frame } of contract.server) {
      if (frame.type !== "message") continue;
      expect(typeof frame.seq, name).toBe("number");
      expect(Array.isArray(frame.entities) && Array.isArray(frame.attachments), name).toBe(true);
      expect(frame.author, name).toHaveProperty("role");
    }
  });
});

function started() {
  const sync = contract.server.find(
    ({ frame }) => frame.type === "sync" && frame.mode === "snapshot",
  );
  return reduce(emptyRoom("lobby"), sync?.frame as Input, CONTEXT).state;
}

test("every client frame of the samples is one that this side knows, field by field", () => {
  const types = new Set(contract.client.map(({ frame }) => frame.type));
  expect([...types].sort()).toEqual(Object.keys(WRITTEN).sort());
  for (const { name, frame } of contract.client)
    for (const field of Object.keys(frame))
      expect(["type", ...WRITTEN[frame.type]], name).toContain(field);
});

test("the codes and their HTTP status are the same", () => {
  expect(contract.codes).toEqual(HTTP_STATUS);
});

test("every close code is known by its name, and comes back or not by its number", () => {
  const codes = Object.values(contract.close_codes);
  for (const [name, code] of Object.entries(contract.close_codes)) {
    const twins = Object.entries(contract.close_codes).filter(([, other]) => other === code);
    expect(
      twins.map(([twin]) => twin),
      name,
    ).toContain(CLOSE_NAMES[code]);
    const stays = ["stop", "renew", "focus", "later"].includes(nextStep(code));
    expect(stays, name).toBe(code >= 4500 || code === 1000);
  }
  // 1006 is the browser's own, and 1011 is never sent on purpose.
  const known = Object.keys(CLOSE_NAMES).map(Number);
  expect(known.filter((code) => !codes.includes(code))).toEqual([1006, 1011]);
});

test.each([
  "",
  "{",
  "null",
  "7",
  '"hello"',
  "[[]]",
  '{"type":7}',
  '{"type":"queue"}',
  '[null,{"type":"down"}]',
])("what is no frame of a server is left out: %s", (text) => {
  expect(parseFrames(text)).toEqual([]);
});
