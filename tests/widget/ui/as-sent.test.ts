// @vitest-environment happy-dom

import { expect, test } from "vitest";
import { asSent } from "../../../widget/src/ui/message-list.tsx";
import { inGroup, openPanel, pendingMessage, roomState, said } from "./support/drawn.tsx";

await asSent.fetch();

test("what its author takes for sent stands among the others, by its time", () => {
  const at = (minute: number) => `2026-11-21T09:3${minute}:00.000Z`;
  const sent = (cid: string, minute: number) =>
    pendingMessage(cid, { status: "held", asSent: true, at: Date.parse(at(minute)) });
  const groups = [
    ...inGroup(said(1, "v_b", at(1)), said(2, "v_b", at(3))),
    ...inGroup(said(3, "v_b", at(5))),
  ];
  const pending = [sent("a", 0), sent("b", 2), sent("c", 4), sent("d", 6)];
  const panel = openPanel({ room: roomState({ groups, pending }) });
  const order = panel.texts(".message .text");
  expect(order).toEqual([
    "text of a",
    "message 1",
    "text of b",
    "message 2",
    "text of c",
    "message 3",
    "text of d",
  ]);
  expect(panel.texts(".message").join()).not.toContain("Waiting");
  panel.end();
  const alone = openPanel({ room: roomState({ pending: [sent("a", 0)] }) });
  expect(alone.text(".message .state")).toBe("Sent");
  alone.end();
});
