import { afterEach, expect, test, vi } from "vitest";
import { takeSlot } from "../../widget/src/connection/fallback/request-slots.ts";

const HOST = "chat.example";

/** As a browser keeps them for all tabs of a site. */
function stubLocks(): Set<string> {
  const taken = new Set<string>();
  const locks = {
    async request(name: string, _: LockOptions, held: (lock: Lock | null) => unknown) {
      if (taken.has(name)) return held(null);
      taken.add(name);
      try {
        return await held({ name, mode: "exclusive" });
      } finally {
        taken.delete(name);
      }
    },
  };
  vi.stubGlobal("navigator", { locks });
  return taken;
}

afterEach(() => void vi.unstubAllGlobals());

test("four requests are held to a host, over all tabs, and two connections stay free", async () => {
  const taken = stubLocks();
  const leaves = [];
  for (let tab = 0; tab < 4; tab += 1) leaves.push(await takeSlot(HOST));
  expect(leaves.every(Boolean)).toBe(true);
  expect(await takeSlot(HOST)).toBeNull();
  expect(await takeSlot("other.example")).not.toBeNull();
  leaves[1]?.();
  await vi.waitFor(() => expect(taken.size).toBe(4));
  expect(await takeSlot(HOST)).not.toBeNull();
  expect(await takeSlot(HOST)).toBeNull();
});

test.each([
  ["no locks", undefined],
  ["locks that may not be asked for", { request: () => Promise.reject(new DOMException("no")) }],
])("with %s a page holds two", async (_, locks) => {
  vi.stubGlobal("navigator", { locks });
  const first = await takeSlot(HOST);
  const second = await takeSlot(HOST);
  expect(await takeSlot(HOST)).toBeNull();
  first?.();
  const third = await takeSlot(HOST);
  expect(third).not.toBeNull();
  expect(await takeSlot(HOST)).toBeNull();
  second?.();
  third?.();
});
