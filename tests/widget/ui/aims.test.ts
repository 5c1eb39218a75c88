import { expect, test, vi } from "vitest";
import { edit, reply } from "../../../widget/src/features/message-tools/aims.tsx";
import type { Aim } from "../../../widget/src/parts/props.ts";

test("what one answers or changes is drawn anew each time: a kept node would keep the list of its moment", () => {
  const aims: Aim[] = [];
  const composer = { current: { aim: (aim: Aim) => aims.push(aim) } };
  const from = { composer, ui: { room: "lobby", t: (key: string) => key } } as never;
  const message = {
    seq: 7,
    body: "When do you *open*?",
    entities: [{ kind: "bold", at: 12, len: 6 }],
    author: { id: "v_b", name: "Wren" },
  } as never;
  reply(from, message);
  edit(from, message, vi.fn());
  expect(aims).toHaveLength(2);
  for (const aim of aims) {
    expect(aim.strip).toMatchObject({ props: { quoted: "When do you open?" } });
    expect(aim.strip).not.toBe(aim.strip);
  }
});
