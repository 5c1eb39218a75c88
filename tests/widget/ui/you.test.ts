// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { you } from "../../../widget/src/features/you/you.ts";
import { drawn, fakeSession, openPanel, roomState, type Scene } from "./support/drawn.tsx";

const FACE = '.field [aria-label="You are Amber Otter"]';
const opened: { end(): void }[] = [];
async function editing(scene: Scene = {}) {
  const panel = openPanel(scene);
  opened.push(panel);
  panel.click(FACE);
  await you.file.fetch();
  await drawn();
  return panel;
}
function write(panel: Awaited<ReturnType<typeof editing>>, name: string): void {
  const field = panel.one<HTMLInputElement>(".you input");
  field.value = name;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
const submit = (panel: Awaited<ReturnType<typeof editing>>) =>
  panel.one(".you form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

test("the own face opens a sheet with the name in it", async () => {
  const panel = await editing();
  expect(panel.one<HTMLInputElement>(".you input").value).toBe("Amber Otter");
});

test("a new name is saved and the field is gone", async () => {
  const panel = await editing();
  write(panel, " Brave Wren ");
  await drawn();
  submit(panel);
  await drawn();
  expect(panel.session.rename).toHaveBeenCalledWith("Brave Wren");
  expect(panel.has(".you input")).toBe(false);
});

test("the same name, or none, asks nobody", async () => {
  for (const name of ["Amber Otter", "  "]) {
    const panel = await editing();
    write(panel, name);
    await drawn();
    submit(panel);
    await drawn();
    expect(panel.session.rename).not.toHaveBeenCalled();
    expect(panel.has(".you input")).toBe(false);
  }
});

test("a refusal is said in words and keeps what was written", async () => {
  const panel = await editing();
  vi.mocked(panel.session.rename).mockRejectedValue({ code: "reserved", message: "reserved" });
  write(panel, "Support");
  await drawn();
  submit(panel);
  await drawn();
  expect(panel.text('.you [role="alert"]')).toContain("taken by the team");
  expect(panel.one('.you [role="alert"] .icon')).toBeTruthy();
  expect(panel.one<HTMLInputElement>(".you input").value).toBe("Support");
});

test("Escape leaves the field, not the chat", async () => {
  const panel = await editing();
  panel.press(".you input", "Escape");
  await drawn();
  expect(panel.has(".you input")).toBe(false);
  expect(panel.onClose).not.toHaveBeenCalled();
});

test("the focus goes into the field, and back to the face", async () => {
  const panel = await editing();
  expect(panel.root.activeElement).toBe(panel.one(".you input"));
  panel.press(".you input", "Escape");
  await drawn();
  expect(panel.root.activeElement).toBe(panel.one(FACE));
});

const items = (panel: Awaited<ReturnType<typeof editing>>) =>
  panel.texts(".you .item > span:not(.track)");
async function pressItem(panel: Awaited<ReturnType<typeof editing>>, words: string) {
  const all = [...panel.root.querySelectorAll<HTMLElement>(".you button")];
  all.find((button) => button.querySelector("span")?.textContent === words)?.click();
  await drawn();
}

test("only what there is has a line: nobody ignored, no rules", async () => {
  const panel = await editing();
  expect(items(panel)).toEqual([
    "Sound when somebody answers you",
    "Take my messages with me",
    "Delete everything about me",
  ]);
});

test("rules and consent can be read again", async () => {
  const room = roomState();
  const info = room.info && { ...room.info, rules: "1. Be kind." };
  const site = { consent: { text: "We keep it.", version: "1" } };
  const panel = await editing({ room: { ...room, info }, site });
  await pressItem(panel, "Rules of this room");
  expect(panel.text(".you .texts")).toBe("1. Be kind.\n\nWe keep it.");
});

test("how much one wrote is said once it is known", async () => {
  const session = fakeSession();
  vi.mocked(session.call).mockResolvedValue({ messages: 12 });
  const panel = await editing({ session });
  expect(session.call).toHaveBeenCalledWith("GET", "me");
  expect(panel.texts(".you small")).toEqual(["12 messages"]);
});

test("a copy that does not come is said, and can be asked for again", async () => {
  const panel = await editing();
  vi.mocked(panel.session.call).mockRejectedValue({ code: "rate", message: "" });
  await pressItem(panel, "Take my messages with me");
  expect(panel.text('.you [role="alert"]')).toContain("too fast");
  expect(panel.one<HTMLButtonElement>(".you .item").disabled).toBe(false);
});

test("deleting takes a second press, then the chat begins anew", async () => {
  const panel = await editing();
  await pressItem(panel, "Delete everything about me");
  expect(panel.session.call).not.toHaveBeenCalledWith("DELETE", "me");
  expect(panel.root.activeElement?.textContent).toBe("Keep everything");
  await pressItem(panel, "Delete everything");
  expect(panel.session.call).toHaveBeenCalledWith("DELETE", "me");
  expect(panel.session.reset).toHaveBeenCalledOnce();
  expect(panel.session.start).toHaveBeenCalledOnce();
  expect(panel.has(".you")).toBe(false);
});

test("what cannot be deleted now is said, and nobody is forgotten", async () => {
  const panel = await editing();
  await pressItem(panel, "Delete everything about me");
  vi.mocked(panel.session.call).mockRejectedValue({ code: "unavailable", message: "" });
  await pressItem(panel, "Delete everything");
  expect(panel.text('.you [role="alert"]')).not.toBe("");
  expect(panel.session.reset).not.toHaveBeenCalled();
  panel.press(".you .answers button", "Escape");
  await drawn();
  expect(items(panel)).toContain("Delete everything about me");
});
