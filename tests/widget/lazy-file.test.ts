import { expect, test, vi } from "vitest";
import { LazyFile } from "../../widget/src/parts/lazy-file.ts";

test("a file is fetched when it is first needed, and once", async () => {
  const load = vi.fn(async () => ({ word: "hello" }));
  const file = new LazyFile(load);
  expect(load).not.toHaveBeenCalled();
  expect(file.here).toBeNull();
  const [first, second] = await Promise.all([file.fetch(), file.fetch()]);
  expect(first).toBe(second);
  expect(file.here).toBe(first);
  await file.fetch();
  expect(load).toHaveBeenCalledTimes(1);
});

test("after a failure it is asked for anew", async () => {
  const load = vi.fn(async () => "here");
  load.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const file = new LazyFile(load);
  await expect(file.fetch()).rejects.toThrow("Failed to fetch");
  expect(file.here).toBeNull();
  expect(await file.fetch()).toBe("here");
});
