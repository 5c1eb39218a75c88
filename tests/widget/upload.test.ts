/** One file on its way, by a request of the browser that says how far it is. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { uploadBy } from "../../widget/src/features/files/upload.ts";

type Handler = ((event: { loaded: number; total: number }) => void) | null;

/** A request that does what the test says. */
class FakeRequest {
  static last: FakeRequest;
  readonly upload: { onprogress: Handler; onload: (() => void) | null } = {
    onprogress: null,
    onload: null,
  };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  response: unknown = null;
  responseType = "";
  readonly sent: unknown[] = [];
  constructor() {
    FakeRequest.last = this;
  }
  open(...how: string[]): void {
    this.sent.push(...how);
  }
  setRequestHeader(name: string, value: string): void {
    this.sent.push(`${name}: ${value}`);
  }
  send(body: unknown): void {
    this.sent.push(body);
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, response: unknown): void {
    Object.assign(this, { status, response });
    this.onload?.();
  }
}

const FORM = {} as FormData;
function begin() {
  const abort = new AbortController();
  const shares: number[] = [];
  const answer = uploadBy(abort.signal, (share) => shares.push(share))("POST", "/a", FORM, "t1");
  return { abort, shares, answer, request: FakeRequest.last };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it goes with the visitor's token, says how far it is, and gives what was stored", async () => {
  const { request, shares, answer } = begin();
  expect(request.sent).toEqual([
    "POST",
    "/a",
    "Accept: application/json",
    "Authorization: Bearer t1",
    FORM,
  ]);
  request.upload.onprogress?.({ loaded: 25, total: 100 });
  request.upload.onprogress?.({ loaded: 100, total: 100 });
  request.answer(201, { id: "f_1" });
  await expect(answer).resolves.toEqual({ id: "f_1" });
  expect(shares).toEqual([0.25, 1]);
});

describe("it rejects", () => {
  test.each([
    [415, { error: "unsupported_media_type", message: "No." }, "unsupported_media_type"],
    [429, { error: "rate", message: "Wait.", retry_ms: 5000 }, "rate"],
    // A proxy in between, with a page of its own.
    [413, null, "too_large"],
    [429, null, "rate"],
    [502, null, "unavailable"],
    [200, null, "unavailable"],
  ])("with the problem of a %s %j: %s", async (status, said, code) => {
    const { request, answer } = begin();
    request.answer(status, said);
    await expect(answer).rejects.toMatchObject({ code, ...said });
  });

  test("where the network fails, and where it is stopped", async () => {
    const failed = begin();
    failed.request.onerror?.();
    await expect(failed.answer).rejects.toMatchObject({ code: "network" });
    const stopped = begin();
    stopped.abort.abort();
    await expect(stopped.answer).rejects.toMatchObject({ code: "network" });
  });

  test("when nothing moves for half a minute, but not while the server draws", async () => {
    const stalled = begin();
    stalled.request.upload.onprogress?.({ loaded: 1, total: 2 });
    const over = expect(stalled.answer).rejects.toMatchObject({ code: "network" });
    await vi.advanceTimersByTimeAsync(30_000);
    await over;
    const drawing = begin();
    drawing.request.upload.onload?.();
    await vi.advanceTimersByTimeAsync(100_000);
    drawing.request.answer(201, { id: "f_1" });
    await expect(drawing.answer).resolves.toEqual({ id: "f_1" });
  });
});
