/** Who is shut out reads until when, at once. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Session } from "../../widget/src/session/session.ts";
import { type Browser, closeBrowser, FakeSocket, openBrowser, pass } from "./support/browser.ts";
import { talk } from "./support/talking.ts";

let browser: Browser;
let session: Session;
let socket: FakeSocket;
let banned: unknown[];

beforeEach(async () => {
  browser = openBrowser();
  vi.spyOn(console, "error").mockReturnValue();
  ({ session, socket } = await talk());
  banned = [];
  session.on("banned", (event) => banned.push(event));
});
afterEach(() => {
  session.close();
  closeBrowser();
});

function ban(): void {
  socket.receive({ type: "bye", code: 4504, reason: "the reason", retry_ms: null });
  socket.die(4504);
}

test("the page hears of it as well", async () => {
  ban();
  await pass();
  expect(banned).toEqual([{ until: null, reason: "the reason" }]);
});

test("one question, until when, and no other after it", async () => {
  const until = "2026-12-24T18:00:00.000Z";
  browser.answers = [{ status: 403, body: { error: "banned", message: "Not for you.", until } }];
  const asked = browser.calls.length;
  ban();
  expect(session.snapshot().connection.status).toBe("stopped");
  await pass();
  expect(session.snapshot().connection.stop).toMatchObject({ code: "banned", until });
  expect(banned).toEqual([{ until, reason: "the reason" }]);
  await pass(600_000);
  expect(browser.calls.length).toBe(asked + 1);
  expect(FakeSocket.all).toHaveLength(1);
});
