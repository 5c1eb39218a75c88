// @vitest-environment happy-dom

import { expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import { drawn, openPanel, roomState } from "./support/drawn.tsx";

await drawer.file.fetch();

test("names a crowd some at a time, so that the page is never held up", async () => {
  const people = Array.from({ length: 50 }, (_, n) => ({ id: `v_${n}`, name: `Otter ${n}` }));
  const panel = openPanel({ room: roomState({ online: 51, people }) });
  panel.click('header button[aria-expanded="false"]');
  const named = () => panel.texts(".drawer .person > span:last-child").length - 1;
  await drawn();
  expect(named()).toBeLessThan(people.length);
  await vi.waitFor(() => expect(named()).toBe(people.length));
  panel.end();
});
