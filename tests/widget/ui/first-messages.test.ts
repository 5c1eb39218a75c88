// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

let panel: ReturnType<typeof openPanel>;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  panel.end();
  vi.useRealTimers();
});

const MANY = Array.from({ length: 30 }, (_, index) => said(index + 1, `v_${index}`));
const open = () => {
  panel = openPanel({ room: roomState({ since: 30, seen: 30, groups: inGroup(...MANY) }) });
};
const numbers = () =>
  [...panel.root.querySelectorAll("[data-seq]")].map((row) => Number(row.getAttribute("data-seq")));

test("the newest messages are drawn first, the older ones after them", async () => {
  open();
  expect(numbers()).toEqual(MANY.slice(-24).map(({ seq }) => seq));
  await vi.advanceTimersByTimeAsync(100);
  expect(numbers()).toEqual(MANY.map(({ seq }) => seq));
});

test("messages are drawn first, their times after them", async () => {
  open();
  expect(new Set(panel.texts("time"))).toEqual(new Set([""]));
  expect(panel.one("time").title).toBe("");
  await vi.advanceTimersByTimeAsync(100);
  expect(panel.texts("time").every((time) => /^\d+:30\b/.test(time))).toBe(true);
  expect(panel.one("time").title).toMatch(/21 November 2026|November 21, 2026/);
});
