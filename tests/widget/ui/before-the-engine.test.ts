// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

const engine = vi.hoisted(() => ({ isHere: true }));
vi.mock("../../../widget/src/ui/engine-loader.ts", async (original) => {
  const loader = await original<typeof import("../../../widget/src/ui/engine-loader.ts")>();
  return { ...loader, engineHere: () => (engine.isHere ? loader.engineHere() : null) };
});

let panel: ReturnType<typeof openPanel>;
afterEach(() => panel.end());

test("the panel takes text before its engine is here, and keeps it when messages come", () => {
  engine.isHere = false;
  const room = null;
  panel = openPanel({ room });
  expect(panel.has(".bones")).toBe(true);
  expect(panel.has("[aria-live]")).toBe(false);
  const field = panel.field();
  panel.type("Is it still there?");

  engine.isHere = true;
  panel.draw({ room });
  expect(panel.has("[aria-live=polite]")).toBe(true);
  panel.draw({
    room: roomState({ groups: inGroup(said(1, "v_other", undefined, { body: "hi" })) }),
  });
  expect(panel.text(".bubble")).toBe("hi");
  expect(panel.field()).toBe(field);
  expect(field.value).toBe("Is it still there?");
});
