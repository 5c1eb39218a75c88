// @vitest-environment happy-dom
/** What the page says of its visitor: attributes, and which page they are on. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Registry } from "../../../widget/src/entry.ts";
import {
  addEntry,
  callOf,
  clearPage,
  createRegistry,
  createTalk,
  settled,
} from "./support/served.ts";

const talk = vi.hoisted(() => ({ open: (_: unknown): unknown => null }));
vi.mock("../../../widget/src/session/session.ts", () => ({
  openSession: (options: unknown) => talk.open(options),
}));
Object.assign(globalThis, {
  WIDGET_CSS: ".ing{}",
  ACCENT: "#a8431f",
  VERSION: "9.9.9",
  LANGUAGES: "ar de en",
  WORDS_FILE: "../strings/*.json",
});
const { mount } = await import("../../../widget/src/main.tsx");
const { bringEngine } = await import("../../../widget/src/ui/engine-loader.ts");
await bringEngine();

let served: ReturnType<typeof createTalk>;
let registry: Registry;
let said: ReturnType<typeof vi.fn>;
const call: ReturnType<typeof callOf> = (...words) => callOf(registry)(...words);
const site = { name: "Demo site", texts: {}, theme: {}, track_page: false };

/** A page with one launcher; the site asks for pages, or does not. */
async function page(data: Record<string, string> = {}, asks = false): Promise<void> {
  served = createTalk();
  said = vi.fn(async () => ({}));
  const known = served.session.snapshot;
  const snapshot = () => ({ ...known(), site: { ...site, track_page: asks } });
  Object.assign(served.session, { call: said, snapshot });
  talk.open = served.open;
  registry = createRegistry();
  mount(registry, addEntry(registry, data));
  await settled();
}
const begin = async () => {
  await call("open");
  served.emit("ready", { visitor: served.state.visitor, site } as never);
  await settled();
};

beforeEach(() => page());
afterEach(() => {
  clearPage(registry);
  localStorage.clear();
});

describe("attributes", () => {
  test("wait until there is a visitor, and are given once", async () => {
    served.state.visitor = null;
    await call("track", { plan: "Gold", orders: 3 });
    await call("open");
    expect(said).not.toHaveBeenCalled();
    served.state.visitor = { id: "v_me", name: "Amber Otter", role: "visitor" };
    await begin();
    const attributes = { plan: "Gold", orders: 3 };
    expect(said.mock.calls).toEqual([["PATCH", "me", { attributes }]]);
    await call("track", { plan: "Gold" });
    expect(said).toHaveBeenCalledOnce();
    await call("track", { plan: null });
    expect(said).toHaveBeenLastCalledWith("PATCH", "me", {
      attributes: { plan: null, orders: 3 },
    });
  });

  test.each([
    [undefined],
    ["plan"],
    [["plan"]],
    [{ plan: {} }],
    [{ plan: () => 1 }],
  ])("%j are refused", async (attributes) => {
    await expect(call("track", attributes)).rejects.toThrow("track()");
  });

  test("that the server refuses are named in the console, and tried again", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await begin();
    said.mockRejectedValueOnce(new Error("A visitor has 20 attributes at most."));
    await call("track", { plan: "Gold" });
    expect(warn.mock.calls.join()).toContain("A visitor has 20 attributes at most.");
    await call("track", { plan: "Gold" });
    expect(said).toHaveBeenCalledTimes(2);
  });

  test("are nobody's after a log-out", async () => {
    await begin();
    await call("track", { plan: "Gold" });
    await call("reset");
    said.mockClear();
    await begin();
    expect(said).not.toHaveBeenCalled();
  });

  test("are not said of the team", async () => {
    served.state.visitor = { id: "m_olive", name: "Olive", role: "moderator" };
    await begin();
    await call("track", { plan: "Gold" });
    expect(said).not.toHaveBeenCalled();
  });
});

describe("the page", () => {
  const pages = () => said.mock.calls.filter(([, path]) => path === "session");

  test.each([
    [{}, false, 0],
    [{ trackUrl: "true" }, false, 0],
    [{}, true, 1],
    [{ trackUrl: "true" }, true, 1],
    [{ trackUrl: "false" }, true, 0],
  ])("%j, where the settings ask %s: told %i times", async (data, asks, times) => {
    await page(data as Record<string, string>, asks);
    served.session.store.set("token", "t1.secret");
    expect(pages()).toHaveLength(0);
    await begin();
    expect(pages()).toHaveLength(times);
    if (!times) return;
    const { title, referrer } = document;
    const told = { url: location.href, title, referrer };
    expect(pages()[0]).toEqual(["POST", "session", { token: "t1.secret", page: told }]);
  });

  test("is told again when it is another, once for all changes of ten seconds", async () => {
    await page({}, true);
    await begin();
    vi.useFakeTimers();
    try {
      for (const name of ["a", "b"]) {
        history.pushState(null, "", `/jars/${name}`);
        dispatchEvent(new PopStateEvent("popstate"));
      }
      expect(pages()).toHaveLength(1);
      vi.advanceTimersByTime(10_000);
      expect(pages()).toHaveLength(2);
      expect(pages()[1]?.[2].page.url).toContain("/jars/b");
      dispatchEvent(new PopStateEvent("popstate"));
      vi.advanceTimersByTime(10_000);
      expect(pages()).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
