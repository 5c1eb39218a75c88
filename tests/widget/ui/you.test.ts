// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { you } from "../../../widget/src/features/you/you.ts";
import { drawn, openPanel, type Scene } from "./support/drawn.tsx";

const opened: { end(): void }[] = [];
async function editing(scene: Scene = {}) {
  const panel = openPanel(scene);
  opened.push(panel);
  panel.click(".who button");
  await you.file.fetch();
  await drawn();
  return panel;
}
function write(panel: Awaited<ReturnType<typeof editing>>, name: string): void {
  const field = panel.one<HTMLInputElement>(".who input");
  field.value = name;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
const submit = (panel: Awaited<ReturnType<typeof editing>>) =>
  panel.one(".who form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

test("the pencil opens a field with the name in it", async () => {
  const panel = await editing();
  expect(panel.one<HTMLInputElement>(".who input").value).toBe("Amber Otter");
});

test("a new name is saved and the field is gone", async () => {
  const panel = await editing();
  write(panel, " Brave Wren ");
  await drawn();
  submit(panel);
  await drawn();
  expect(panel.session.rename).toHaveBeenCalledWith("Brave Wren");
  expect(panel.has(".who input")).toBe(false);
});

test("the same name, or none, asks nobody", async () => {
  for (const name of ["Amber Otter", "  "]) {
    const panel = await editing();
    write(panel, name);
    await drawn();
    submit(panel);
    await drawn();
    expect(panel.session.rename).not.toHaveBeenCalled();
    expect(panel.has(".who input")).toBe(false);
  }
});

test("a refusal is said in words and keeps what was written", async () => {
  const panel = await editing();
  vi.mocked(panel.session.rename).mockRejectedValue({ code: "reserved", message: "reserved" });
  write(panel, "Support");
  await drawn();
  submit(panel);
  await drawn();
  expect(panel.text('.who [role="alert"]')).toContain("taken by the team");
  expect(panel.one<HTMLInputElement>(".who input").value).toBe("Support");
});

test("Escape leaves the field, not the chat", async () => {
  const panel = await editing();
  panel.press(".who input", "Escape");
  await drawn();
  expect(panel.has(".who input")).toBe(false);
  expect(panel.onClose).not.toHaveBeenCalled();
});

test("the focus goes into the field, and back to the pencil", async () => {
  const panel = await editing();
  expect(panel.root.activeElement).toBe(panel.one(".who input"));
  panel.press(".who input", "Escape");
  await drawn();
  expect(panel.root.activeElement).toBe(panel.one(".who button"));
});
