import { describe, expect, test } from "vitest";
import {
  createEventParser,
  readStream,
  type StreamEvent,
} from "../../widget/src/connection/fallback/event-stream.ts";

const TEXT =
  `:\n\nid: one:1\ndata: {"a":"é"}\n\n: words\ndata:second\n\n` +
  `event: x\nid: one:2\n\ndata: {"b":"a: b"}\r\n\r\n`;
const EVENTS: readonly StreamEvent[] = [
  { id: "one:1", data: '{"a":"é"}' },
  { id: null, data: "second" },
  { id: null, data: '{"b":"a: b"}' },
];

describe("a stream of events", () => {
  test("is the same wherever it is cut", () => {
    for (let at = 0; at <= TEXT.length; at += 1) {
      const parse = createEventParser();
      expect([...parse(TEXT.slice(0, at)), ...parse(TEXT.slice(at))]).toEqual(EVENTS);
    }
  });

  test("is read to its end, byte by byte, also within a letter", async () => {
    const bytes = new TextEncoder().encode(TEXT);
    const body = new ReadableStream<Uint8Array>({
      start(line) {
        for (const byte of bytes) line.enqueue(Uint8Array.of(byte));
        line.close();
      },
    });
    const heard: StreamEvent[] = [];
    await readStream(new Response(body), (events) => void heard.push(...events));
    expect(heard).toEqual(EVENTS);
  });

  test("that is a page of somebody in between brings nothing", async () => {
    const heard: StreamEvent[] = [];
    for (const body of ["<html>\n\n<p>Please log in</p>\n\n", null])
      await readStream(new Response(body), (events) => void heard.push(...events));
    expect(heard).toEqual([]);
  });
});
