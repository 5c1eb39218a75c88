// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what comes is told once a second: one in full, several as a number, mine never", async () => {
  const panel = openPanel({ room: roomState({ groups: inGroup(said(1, "v_b")) }) });
  const told = () => panel.text('[aria-live="polite"]');
  const show = async (...messages: ReturnType<typeof said>[]) => {
    panel.draw({ room: roomState({ groups: inGroup(said(1, "v_b"), ...messages) }) });
    await vi.advanceTimersByTimeAsync(999);
  };
  expect(told()).toBe("");
  await show(said(2, "v_b"));
  expect(told()).toBe("");
  await vi.advanceTimersByTimeAsync(20);
  expect(told()).toBe("Name of v_b says: message 2");
  await show(said(2, "v_b"), said(3, "v_me"));
  await vi.advanceTimersByTimeAsync(20);
  expect(told()).toBe("Name of v_b says: message 2");
  await show(said(2, "v_b"), said(3, "v_me"), said(4, "v_b"), said(5, "v_c"));
  await vi.advanceTimersByTimeAsync(20);
  expect(told()).toBe("2 new messages");
  panel.end();
});
