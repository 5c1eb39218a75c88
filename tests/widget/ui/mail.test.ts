// @vitest-environment happy-dom
/** The card that takes an e-mail address of whoever waits for the team. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noticing } from "../../../widget/src/features/noticing/noticing.ts";
import { roomInfo } from "../support/frames.ts";
import {
  drawn,
  fakeSession,
  inGroup,
  ME,
  openPanel,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

await noticing.file.fetch();
const MINUTE_MS = 60_000;
const ADDRESS = "mira@example.org";
const opened: { end(): void }[] = [];
let visitors = 0;

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const lineOf = (me: string, waitedMs: number, ...answers: ReturnType<typeof said>[]) =>
  roomState({
    groups: inGroup(said(1, me, ago(waitedMs)), ...answers),
    info: roomInfo(0, { kind: "private" }),
  });

/** Somebody new each time: what is known of an address holds for the page. */
async function open(over: Scene = {}, waitedMs = 2 * MINUTE_MS, email: string | null = null) {
  visitors += 1;
  const visitor = { ...ME, id: `v_me${visitors}` };
  const call = vi.fn(
    async (method: string, _path: string, _body?: object): Promise<unknown> =>
      method === "GET" ? { email } : null,
  );
  const session = { ...fakeSession(), call } as unknown as NonNullable<Scene["session"]>;
  const scene = { visitor, session, room: lineOf(visitor.id, waitedMs), ...over };
  const panel = openPanel(scene);
  opened.push(panel);
  await drawn();
  await drawn();
  const save = async (typed: string) => {
    panel.one<HTMLInputElement>(".mail input").value = typed;
    panel.one(".mail form").dispatchEvent(new Event("submit", { cancelable: true }));
    await drawn();
  };
  const answered = () => {
    const room = lineOf(visitor.id, waitedMs, said(2, "m_olive"));
    panel.draw({ ...scene, room });
    panel.draw({ ...scene, room });
  };
  return { panel, call, save, scene, answered };
}

beforeEach(() => {
  vi.stubGlobal("Notification", { permission: "denied" });
  vi.stubGlobal("isSecureContext", true);
});
afterEach(async () => {
  for (const panel of opened.splice(0)) {
    (panel as ReturnType<typeof openPanel>).root
      .querySelector<HTMLElement>(".mail > button")
      ?.click();
    panel.end();
  }
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("it comes", () => {
  test("when nobody has answered for a minute", async () => {
    const { panel, call } = await open();
    expect(panel.text(".mail b")).toBe("Not staying on this page?");
    expect(panel.text(".mail .soft")).toBe("Leave an address, and the team can answer you there.");
    expect(call.mock.calls).toEqual([["GET", "me"]]);
    expect(panel.root.activeElement).toBeNull();
  });

  test("not before, and asks nobody", async () => {
    const { panel, call } = await open({}, 1000);
    expect(panel.has(".mail")).toBe(false);
    expect(call).not.toHaveBeenCalled();
  });

  test("not to whoever has given an address before", async () => {
    const { panel, call } = await open({}, 2 * MINUTE_MS, ADDRESS);
    expect(call).toHaveBeenCalledOnce();
    expect(panel.has(".mail")).toBe(false);
  });

  test.each([
    ["in a public room", { room: roomState({ groups: inGroup(said(1, "v_me", ago(MINUTE_MS))) }) }],
    ["to the team", { team: { leave: vi.fn() } }],
    ["where the tag allows other ways alone", { data: { notify: "title card" } }],
    ["a second time", { session: fakeSession({ mail: "1" }) }],
  ] as readonly (readonly [string, Scene])[])("not %s", async (_, scene) => {
    expect((await open(scene)).panel.has(".mail")).toBe(false);
  });

  test("where the tag names it", async () => {
    expect((await open({ data: { notify: "mail" } })).panel.has(".mail")).toBe(true);
  });
});

describe("an address", () => {
  test("is kept with the visitor, and what is said of it is true", async () => {
    const { panel, call, save } = await open();
    await save(` ${ADDRESS} `);
    expect(call).toHaveBeenLastCalledWith("PATCH", "me", { email: ADDRESS });
    expect(panel.text('.mail [role="status"] span')).toBe(
      `The team can answer you at ${ADDRESS} now.`,
    );
    expect(panel.session.store.get("mail")).toBe("1");
  });

  test("can be changed at once", async () => {
    const { panel, call, save } = await open();
    await save(ADDRESS);
    panel.click(".mail .link");
    await drawn();
    await save("other@example.org");
    expect(call).toHaveBeenLastCalledWith("PATCH", "me", { email: "other@example.org" });
  });

  test("that is none is refused in words, and what was typed stays", async () => {
    const { panel, call, save } = await open();
    call.mockRejectedValueOnce({ code: "invalid", message: "no", field: "email" });
    await save("nobody");
    expect(panel.text('.mail [role="alert"]')).toBe("This is no e-mail address.");
    const field = panel.one<HTMLInputElement>(".mail input");
    expect(field.value).toBe("nobody");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(panel.root.activeElement).toBe(field);
  });

  test("that is empty asks nobody", async () => {
    const { call, save } = await open();
    await save("  ");
    expect(call.mock.calls).toEqual([["GET", "me"]]);
  });
});

describe("it goes", () => {
  test("when it is closed, for good", async () => {
    const { panel, scene } = await open();
    panel.click(".mail > button");
    await drawn();
    panel.draw(scene);
    expect(panel.has(".mail")).toBe(false);
    expect(panel.session.store.get("mail")).toBe("1");
  });

  test("when the team answers", async () => {
    const { panel, answered } = await open();
    answered();
    expect(panel.has(".mail")).toBe(false);
  });

  test("but not from under somebody who types", async () => {
    const { panel, answered } = await open();
    panel.one(".mail input").focus();
    answered();
    expect(panel.has(".mail")).toBe(true);
    panel.one("textarea").focus();
    answered();
    expect(panel.has(".mail")).toBe(false);
  });
});
