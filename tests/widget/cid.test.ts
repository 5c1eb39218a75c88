import { afterEach, expect, test, vi } from "vitest";
import { newCid } from "../../widget/src/protocol/cid.ts";

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

test("a cid is a UUIDv4, and another one each time", () => {
  const cids = Array.from({ length: 100 }, newCid);
  for (const cid of cids) expect(cid).toMatch(UUID4);
  expect(new Set(cids).size).toBe(100);
});

test("a page on plain http has cids too", () => {
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  vi.stubGlobal("crypto", { getRandomValues });
  const cids = Array.from({ length: 100 }, newCid);
  for (const cid of cids) expect(cid).toMatch(UUID4);
  expect(new Set(cids).size).toBe(100);
});
