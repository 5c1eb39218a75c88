/** The messages of a room under hand: which one the keys mean, steps, sheet, answers. */
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startRoomTools } from "../../widget/src/dashboard/room-tools.ts";

const ROW = (seq: number) => `
  <li class="message" id="m-${seq}" tabindex="-1"><strong>Amber</strong>
    <p class="message-body">Words ${seq}</p>
    <a data-act="reply" data-seq="${seq}" href="?reply=${seq}">Reply</a>
    <a data-act="more" href="#">More</a></li>`;

const log = () => document.getElementById("log") as HTMLElement;
const row = (seq: number) => document.getElementById(`m-${seq}`) as HTMLElement;
const current = () => document.querySelector(".message.current")?.id;
const step = (by: number) => document.querySelector<HTMLElement>(`[data-step="${by}"]`)?.click();

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `
    <div id="log"><ol id="messages">${ROW(1)}${ROW(2)}${ROW(3)}</ol></div>
    <dialog id="sheet"><div id="sheet-content"></div></dialog>
    <p id="reply-strip" hidden><b id="reply-name"></b><i id="reply-text"></i><a data-no-reply href="#">x</a></p>
    <input id="reply-to"><textarea id="body">Half</textarea>
    <button data-step="-1"></button><button data-step="1"></button>`;
  startRoomTools(log());
});
afterEach(() => {
  vi.useRealTimers();
  document.body.innerHTML = "";
});

test("the row under the pointer or the focus, whichever came last, is the current one", () => {
  row(1).dispatchEvent(new Event("pointermove", { bubbles: true }));
  expect(current()).toBe("m-1");
  row(3).focus();
  expect(current()).toBe("m-3");
  row(2).dispatchEvent(new Event("pointermove", { bubbles: true }));
  expect(document.querySelectorAll(".message.current")).toHaveLength(1);
  expect(current()).toBe("m-2");
});

test("steps begin at the last message and stop at the ends", () => {
  step(-1);
  expect(document.activeElement).toBe(row(3));
  step(-1);
  step(-1);
  step(-1);
  expect(document.activeElement).toBe(row(1));
  step(1);
  expect(document.activeElement).toBe(row(2));
});

test("an answer keeps what is written, and can be left again", () => {
  row(2).querySelector<HTMLElement>("[data-act=reply]")?.click();
  const field = document.getElementById("reply-to") as HTMLInputElement;
  expect(field.value).toBe("2");
  expect(document.getElementById("reply-strip")?.hidden).toBe(false);
  expect(document.getElementById("reply-name")?.textContent).toBe("Amber");
  expect(document.getElementById("reply-text")?.textContent).toBe("Words 2");
  expect(document.activeElement?.id).toBe("body");
  document.querySelector<HTMLElement>("[data-no-reply]")?.click();
  expect(field.value).toBe("");
  expect(document.getElementById("reply-strip")?.hidden).toBe(true);
});

test("a long press of a finger presses the last button of the row, a short one does not", () => {
  let pressed = 0;
  row(1)
    .querySelector("[data-act=more]")
    ?.addEventListener("click", () => {
      pressed += 1;
    });
  const down = () =>
    row(1).dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerType: "touch" }));
  down();
  vi.advanceTimersByTime(300);
  row(1).dispatchEvent(new Event("pointerup", { bubbles: true }));
  vi.advanceTimersByTime(1000);
  expect(pressed).toBe(0);
  const move = (clientX: number) =>
    row(1).dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX }));
  down();
  move(40);
  vi.advanceTimersByTime(1000);
  expect(pressed).toBe(0);
  down();
  move(4);
  vi.advanceTimersByTime(600);
  expect(pressed).toBe(1);
});
