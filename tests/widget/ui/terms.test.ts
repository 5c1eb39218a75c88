// @vitest-environment happy-dom
/** What is asked before somebody writes: once per version, and never before they want to write. */

import { afterEach, expect, test, vi } from "vitest";
import { terms } from "../../../widget/src/features/terms/terms.ts";
import { you } from "../../../widget/src/features/you/you.ts";
import type { Site } from "../../../widget/src/protocol/session-call.ts";
import { drawn, fakeSession, openPanel, roomState } from "./support/drawn.tsx";

const CONSENT = { text: "We keep it for 90 days.", version: "2" };
const RULES = "1. Be kind.\n- No adverts.\n\n";
const PRECHAT: Site["prechat"] = {
  name: "optional",
  email: "required",
  fields: [{ key: "order", label: "Order number", required: false }],
};
const opened: { end(): void }[] = [];

interface Asking {
  readonly data?: Record<string, string>;
  readonly site?: Partial<Site>;
  readonly rules?: string;
  readonly stored?: Record<string, string>;
  readonly kind?: "public" | "private";
}

async function chat({ data, site, rules, stored, kind = "public" }: Asking) {
  const session = fakeSession(stored);
  const state = roomState();
  const info = state.info && { ...state.info, kind, ...(rules && { rules }) };
  const panel = openPanel({
    session,
    data: data ?? {},
    site: site ?? {},
    room: { ...state, info },
  });
  opened.push(panel);
  await terms.file.fetch();
  panel.draw();
  await drawn();
  return panel;
}
type Panel = Awaited<ReturnType<typeof chat>>;

/** Sends what stands in the box, by the keyboard. */
async function submit(panel: Panel): Promise<void> {
  const event = new Event("submit", { bubbles: true, cancelable: true });
  panel.one("form.composer").dispatchEvent(event);
  await drawn();
}

async function press(panel: Panel, words: string): Promise<void> {
  const all = [...panel.root.querySelectorAll<HTMLElement>(".before button")];
  all.find((button) => button.textContent === words)?.click();
  await drawn();
}

test("nothing is sent before what is asked is here; what stands in the box stays", async () => {
  const here = vi.spyOn(terms.file, "here", "get").mockReturnValue(null);
  const panel = await chat({ site: { consent: CONSENT } });
  panel.type("Hello");
  await drawn();
  await submit(panel);
  expect(panel.session.send).not.toHaveBeenCalled();
  expect(panel.field().value).toBe("Hello");
  here.mockRestore();
  panel.draw();
  await drawn();
  await submit(panel);
  expect(panel.text(".consent")).toBe(CONSENT.text);
});

test("one of the first questions is asked after what the site asks, never before", async () => {
  const here = vi.spyOn(terms.file, "here", "get").mockReturnValue(null);
  const theme = { starters: ["Is it in stock?"] };
  const panel = await chat({ site: { consent: CONSENT, theme }, kind: "private" });
  panel.click(".starter");
  expect(panel.session.send).not.toHaveBeenCalled();
  here.mockRestore();
  panel.draw();
  await drawn();
  panel.click(".starter");
  await drawn();
  expect(panel.session.send).not.toHaveBeenCalled();
  await press(panel, "Agree and write");
  expect(panel.session.send).toHaveBeenCalledExactlyOnceWith("lobby", "Is it in stock?");
});

test("a site that asks nothing waits for no file", async () => {
  const here = vi.spyOn(terms.file, "here", "get").mockReturnValue(null);
  const panel = await chat({});
  panel.type("Hello");
  await drawn();
  await submit(panel);
  expect(panel.session.send).toHaveBeenCalledOnce();
  here.mockRestore();
});

afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

test("reading asks nothing, pressing the box does, and nothing is sent until one agrees", async () => {
  const panel = await chat({ site: { consent: CONSENT }, rules: RULES });
  expect(panel.has(".before-place")).toBe(false);
  panel.type("Hello");
  await drawn();
  await submit(panel);
  expect(panel.session.send).not.toHaveBeenCalled();
  expect(panel.texts(".before li")).toEqual(["Be kind.", "No adverts."]);
  expect(panel.text(".consent")).toBe(CONSENT.text);
  await press(panel, "Agree and write");
  expect(panel.session.call).toHaveBeenCalledWith("PATCH", "me", { consent: "2" });
  expect(panel.announced).toEqual([["consent", { granted: true }]]);
  expect(panel.has(".before-place")).toBe(false);
  expect(panel.root.activeElement).toBe(panel.field());
  expect(panel.session.send).toHaveBeenCalledExactlyOnceWith("lobby", "Hello", undefined);
});

test("Enter, which sends, asks as well; a draft is not sent before", async () => {
  const panel = await chat({ site: { consent: CONSENT } });
  panel.type("A draft");
  await drawn();
  panel.press("textarea", "ArrowLeft");
  await drawn();
  expect(panel.has(".before-place")).toBe(false);
  panel.press("textarea", "Enter");
  await drawn();
  expect(panel.has(".before-place")).toBe(true);
  expect(panel.session.send).not.toHaveBeenCalled();
  await press(panel, "Agree and write");
  expect(panel.session.send).toHaveBeenCalledExactlyOnceWith("lobby", "A draft", undefined);
});

test("a press on the box opens it; only reading closes it, and the next press asks again", async () => {
  const panel = await chat({ site: { consent: CONSENT } });
  for (const _ of [1, 2]) {
    panel.field().click();
    await drawn();
    expect(panel.has(".before-place")).toBe(true);
    await press(panel, "Only read");
    expect(panel.has(".before-place")).toBe(false);
  }
  expect(panel.session.call).not.toHaveBeenCalled();
});

test("the own face opens the sheet about oneself, and asks nothing", async () => {
  const panel = await chat({ site: { consent: CONSENT } });
  await you.file.fetch();
  panel.click(".field > button:first-child");
  await drawn();
  expect(panel.has(".before-place")).toBe(false);
  expect(panel.has(".you")).toBe(true);
});

test("what was agreed to is asked again in another version alone", async () => {
  const panel = await chat({ site: { consent: CONSENT }, stored: { consent: "2" } });
  panel.field().click();
  await drawn();
  expect(panel.has(".before-place")).toBe(false);
  const later = await chat({ site: { consent: CONSENT }, stored: { consent: "1" } });
  later.field().click();
  await drawn();
  expect(later.has(".before-place")).toBe(true);
});

test.each(["granted", "none"])("data-consent=%s asks for the rules alone", async (consent) => {
  const panel = await chat({ data: { consent }, site: { consent: CONSENT }, rules: RULES });
  panel.field().click();
  await drawn();
  expect(panel.has(".before li")).toBe(true);
  expect(panel.has(".consent")).toBe(false);
  const alone = await chat({ data: { consent }, site: { consent: CONSENT } });
  alone.field().click();
  await drawn();
  expect(alone.has(".before-place")).toBe(false);
});

test("rules alone are shown once, by this device, until they are others", async () => {
  const panel = await chat({ rules: RULES });
  panel.field().click();
  await drawn();
  await press(panel, "Agree and write");
  expect(panel.session.call).not.toHaveBeenCalled();
  const [key] = panel.session.store.keys("rules:");
  const stored = { [key as string]: panel.session.store.get(key as string) as string };
  for (const [rules, isAsked] of [
    [RULES, false],
    ["1. Be very kind.", true],
  ] as const) {
    const again = await chat({ rules, stored });
    again.field().click();
    await drawn();
    expect(again.has(".before-place"), rules).toBe(isAsked);
  }
});

test("consent that the server does not take is said, and is not kept", async () => {
  const panel = await chat({ site: { consent: CONSENT } });
  vi.mocked(panel.session.call).mockRejectedValue({ code: "network", message: "" });
  panel.field().click();
  await drawn();
  await press(panel, "Agree and write");
  expect(panel.text('.before [role="alert"]')).toContain("network");
  expect(panel.session.store.get("consent")).toBe(null);
});

test("Escape closes it and not the chat", async () => {
  const panel = await chat({ site: { consent: CONSENT } });
  panel.field().click();
  await drawn();
  panel.press(".before-place", "Escape");
  await drawn();
  expect(panel.has(".before-place")).toBe(false);
  expect(panel.onClose).not.toHaveBeenCalled();
});

test("whoever begins a line to the team is asked, once; in a public room nobody is", async () => {
  const open = await chat({ site: { prechat: PRECHAT } });
  open.field().click();
  await drawn();
  expect(open.has(".before")).toBe(false);

  const panel = await chat({ site: { prechat: PRECHAT }, kind: "private" });
  panel.field().click();
  await drawn();
  expect(panel.texts(".before label span")).toEqual([
    "Your name (if you like)",
    "E-mail",
    "Order number (if you like)",
  ]);
  panel.one<HTMLInputElement>(".before [name='name:']").value = "Robin";
  panel.one<HTMLInputElement>(".before [name='email:']").value = " a@b.example ";
  panel.one<HTMLInputElement>(".before [name='order']").value = "17";
  const event = new Event("submit", { bubbles: true, cancelable: true });
  panel.one("form.before").dispatchEvent(event);
  await drawn();
  expect(panel.session.rename).toHaveBeenCalledWith("Robin");
  const said = { email: "a@b.example", answers: { order: "17" } };
  expect(panel.session.call).toHaveBeenCalledWith("PATCH", "me", said);
  expect(panel.has(".before")).toBe(false);
  panel.field().click();
  await drawn();
  expect(panel.has(".before")).toBe(false);
});

test("a question that is new and must be answered is asked afterwards", async () => {
  const stored = { answered: "- email: order" };
  const asked = { ...PRECHAT, fields: [{ key: "plant", label: "Plant", required: true }] };
  const panel = await chat({
    site: { prechat: asked as Site["prechat"] },
    kind: "private",
    stored,
  });
  panel.field().click();
  await drawn();
  expect(panel.has(".before")).toBe(true);
});

test("an e-mail address that is none is said beside what was typed", async () => {
  const panel = await chat({ site: { prechat: PRECHAT }, kind: "private" });
  vi.mocked(panel.session.call).mockRejectedValue({ code: "invalid", field: "email", message: "" });
  panel.field().click();
  await drawn();
  panel.one<HTMLInputElement>(".before [name='email:']").value = "nobody";
  panel.one("form.before").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await drawn();
  expect(panel.text('.before [role="alert"]')).toBe("This is no e-mail address.");
  expect(panel.one<HTMLInputElement>(".before [name='email:']").value).toBe("nobody");
});

test("terms come first, questions after them", async () => {
  const site = { consent: CONSENT, prechat: PRECHAT };
  const panel = await chat({ site, kind: "private" });
  panel.field().click();
  await drawn();
  expect(panel.text(".before b")).toBe("Before you write");
  await press(panel, "Agree and write");
  expect(panel.text(".before b")).toBe("Before you write to the team");
});
