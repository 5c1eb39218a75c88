// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Entry } from "../../../widget/src/entry.ts";
import { tell } from "../../../widget/src/returning.ts";

Object.assign(globalThis, { BADGE_CSS: "[data-unread]{}" });
const rooms = [
  { slug: "lobby", unread: 2 },
  { slug: "lobby-2", unread: 50 },
  { slug: "p_mine", unread: 1 },
];
let asked: ReturnType<typeof vi.fn>;
beforeEach(() => {
  asked = vi.fn(async () => new Response(JSON.stringify({ rooms })));
  vi.stubGlobal("fetch", asked);
  localStorage.setItem("inglenook:pk_x:token", "token-one");
  localStorage.setItem("inglenook:pk_x:heeds", " lobby p_mine ");
});
afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  document.body.replaceChildren();
});

function launcher(data: Record<string, string> = {}): Entry {
  const host = document.createElement("div");
  const button = document.createElement("button");
  button.ariaLabel = "Chat";
  host.attachShadow({ mode: "open" }).append(button);
  document.body.append(host);
  const tag = { src: "https://chat.example/embed.js", nonce: "", type: "", dataset: {} };
  return { id: "x", tag, data: { site: "pk_x", ...data }, host, button, place: undefined };
}

test("what is unread in the rooms that were written in stands on the launcher, by one call", async () => {
  const entry = launcher();
  await tell(entry);
  expect(entry.button.dataset.unread).toBe("3");
  expect(entry.button.ariaLabel).toBe("Chat 3");
  expect(asked.mock.calls.map(([url, init]) => [String(url), init.headers])).toEqual([
    ["https://chat.example/api/v1/pk_x/rooms", { Authorization: "Bearer token-one" }],
  ]);
});
test("it does not count beyond 99", async () => {
  localStorage.setItem("inglenook:pk_x:heeds", " lobby-2 lobby-3 ");
  asked.mockResolvedValue(
    new Response(JSON.stringify({ rooms: [...rooms, { slug: "lobby-3", unread: 50 }] })),
  );
  const entry = launcher();
  await tell(entry);
  expect(entry.button.dataset.unread).toBe("99+");
});
test.each([
  ["nothing is unread", async () => new Response('{"rooms":[]}')],
  ["the token is no longer good", async () => new Response('{"error":"x"}', { status: 401 })],
  ["there is no network", async () => Promise.reject(new TypeError("Failed to fetch"))],
])("the launcher stays as it is where %s", async (_, answer) => {
  asked.mockImplementation(answer);
  const entry = launcher();
  await tell(entry);
  expect(entry.button.dataset.unread).toBeUndefined();
  expect(entry.button.ariaLabel).toBe("Chat");
});
test("a chat that was opened meanwhile knows better", async () => {
  const entry = launcher();
  const answer = tell(entry);
  entry.view = { unmount() {} };
  await answer;
  expect(entry.button.dataset.unread).toBeUndefined();
});
test("nothing is asked without a token, or where there is no launcher", async () => {
  const entry = launcher();
  entry.button.remove();
  await tell(entry);
  localStorage.removeItem("inglenook:pk_x:token");
  await tell(launcher());
  await tell(launcher({ storage: "none" }));
  expect(asked).not.toHaveBeenCalled();
});
