// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what comes is announced once a second: one in full, several as a number, mine never", async () => {
  const panel = openPanel({ room: roomState({ groups: inGroup(said(1, "v_b")) }) });
  const spoken = () => panel.text('[aria-live="polite"]');
  const show = async (...messages: ReturnType<typeof said>[]) => {
    panel.draw({ room: roomState({ groups: inGroup(said(1, "v_b"), ...messages) }) });
    await vi.advanceTimersByTimeAsync(999);
  };
  expect(spoken()).toBe("");
  await show(said(2, "v_b"));
  expect(spoken()).toBe("");
  await vi.advanceTimersByTimeAsync(20);
  expect(spoken()).toBe("Name of v_b says: message 2");
  await show(said(2, "v_b"), said(3, "v_me"));
  await vi.advanceTimersByTimeAsync(20);
  expect(spoken()).toBe("Name of v_b says: message 2");
  await show(said(2, "v_b"), said(3, "v_me"), said(4, "v_b"), said(5, "v_c"));
  await vi.advanceTimersByTimeAsync(20);
  expect(spoken()).toBe("2 new messages");
  panel.end();
});

test("a tab out of sight tells nothing; in sight again, only what nobody has seen elsewhere", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const first = said(1, "v_b");
  const panel = openPanel({ room: roomState({ groups: inGroup(first) }) });
  const spoken = () => panel.text('[aria-live="polite"]');
  const come = async () => {
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(1_100);
  };
  panel.draw({
    room: roomState({ groups: inGroup(first, said(2, "v_b"), said(3, "v_c")), seen: 2 }),
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(spoken()).toBe("");
  await come();
  expect(spoken()).toBe("Name of v_c says: message 3");

  hidden.mockReturnValue(true);
  const all = inGroup(first, said(2, "v_b"), said(3, "v_c"), said(4, "v_b"));
  panel.draw({ room: roomState({ groups: all, seen: 4 }) });
  await come();
  expect(spoken()).toBe("Name of v_c says: message 3");
  panel.end();
});
