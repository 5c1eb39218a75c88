// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
test("who waits to be told goes online instead, and nothing breaks where the chat cannot be had", async () => {
  vi.stubGlobal("WIDGET_FILE", "widget.NOTTHERE");
  localStorage.setItem("inglenook:pk_x:awaits", "1");
  const entry = launcher();
  await tell(entry);
  expect(entry.data.load).toBe("eager");
  expect(asked).not.toHaveBeenCalled();
  expect(entry.button.dataset.unread).toBeUndefined();
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
describe("the look that an earlier page has seen", () => {
  const kept = (theme: object, dataset: object = {}) =>
    localStorage.setItem(
      "inglenook:pk_x:look",
      JSON.stringify({ tag: JSON.stringify(dataset), theme }),
    );
  beforeEach(() => localStorage.setItem("inglenook:pk_x:heeds", " "));
  afterEach(() => history.replaceState(null, "", "/"));

  test("is on the launcher, and nothing is asked", async () => {
    kept({ accent: "#3d5a45", side: "left", label: "Ask us" });
    const entry = launcher();
    await tell(entry);
    expect(entry.host.style.getPropertyValue("--ing-accent")).toBe("#3d5a45");
    expect(entry.button.ariaLabel).toBe("Ask us");
    expect(asked).not.toHaveBeenCalled();
  });
  test("has the launcher only where the owner shows it, along the way of an app of one page", async () => {
    kept({ show: { paths: ["/shop/*"] } });
    const navigation = new EventTarget();
    vi.stubGlobal("navigation", navigation);
    const go = (path: string) => {
      history.replaceState(null, "", path);
      navigation.dispatchEvent(new Event("currententrychange"));
    };
    const entry = launcher();
    await tell(entry);
    expect(entry.button.isConnected).toBe(false);
    go("/shop/1");
    expect(entry.button.isConnected).toBe(true);
    go("/");
    expect(entry.button.isConnected).toBe(false);
    // The chat that was opened by a link sees to it itself.
    entry.view = { unmount() {} };
    go("/shop/1");
    expect(entry.button.isConnected).toBe(false);
  });
  test("is not that of a tag that was changed since", async () => {
    kept({ accent: "#3d5a45" }, { look: "old" });
    const entry = launcher();
    await tell(entry);
    expect(entry.host.style.getPropertyValue("--ing-accent")).toBe("");
  });
});

test("where the tag says where the launcher is shown, it comes there, once", async () => {
  localStorage.clear();
  const here = launcher({ show: "desktop /*" });
  here.button.remove();
  await Promise.all([tell(here), tell(here)]);
  expect(here.button.isConnected).toBe(true);
  const elsewhere = launcher({ show: "phone" });
  elsewhere.button.remove();
  await tell(elsewhere);
  expect(elsewhere.button.isConnected).toBe(false);
  expect(asked).not.toHaveBeenCalled();
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
