/** What every page of an owner does by script. */
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ago, shortlyAgo, startAgo } from "../../widget/src/dashboard/ago.ts";
import { byClock } from "../../widget/src/dashboard/clock.ts";
import { rowFor, rowsOf, startKeys } from "../../widget/src/dashboard/keys.ts";
import { startLooking } from "../../widget/src/dashboard/looking.ts";
import { startToasts } from "../../widget/src/dashboard/toasts.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.innerHTML = "";
});

const LIST = `
  <a id="rooms" href="#rooms">Rooms</a><input id="find">
  <dialog id="keys"><ul>
    <li data-keys="/" data-press="#find"></li>
    <li data-keys="?" data-press="[data-opens=keys]"></li>
    <li data-keys="g r" data-press="#rooms"></li>
  </ul></dialog>`;

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

test("the list in the page is the table of keys", () => {
  document.body.innerHTML = LIST;
  const rows = rowsOf(document);
  expect(rows.map(({ keys }) => keys)).toEqual([["/"], ["?"], ["g", "r"]]);
  expect(rowFor(rows, "", "/")?.press).toBe("#find");
  expect(rowFor(rows, "g", "r")?.press).toBe("#rooms");
  expect(rowFor(rows, "", "r")).toBeUndefined();
  expect(rowFor(rows, "x", "/")?.press).toBe("#find");
});

test("keys press and focus, and do nothing while somebody writes", () => {
  document.body.innerHTML = LIST;
  for (const element of document.querySelectorAll<HTMLElement>("*"))
    element.checkVisibility = () => true;
  const find = document.getElementById("find") as HTMLInputElement;
  const pressed = vi.fn();
  document.getElementById("rooms")?.addEventListener("click", pressed);
  startKeys();

  expect(press("/").defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(find);
  expect(press("/", find).defaultPrevented).toBe(false);
  find.blur();

  press("g");
  press("r");
  expect(pressed).toHaveBeenCalledTimes(1);
  press("g");
  vi.advanceTimersByTime(2000);
  press("r");
  press("g", document.body, { ctrlKey: true });
  press("r");
  expect(pressed).toHaveBeenCalledTimes(1);

  press("?");
  expect((document.getElementById("keys") as HTMLDialogElement).open).toBe(true);
});

test("a key that loads another page is the last one that this page takes", () => {
  document.body.innerHTML = `
    <a id="next" href="/next">Next</a><a id="here" href="#here">Here</a>
    <form method="post"><button id="reject">Reject</button></form>
    <dialog id="keys"><ul>
      <li data-keys="j" data-press="#next"></li><li data-keys="h" data-press="#here"></li>
      <li data-keys="2" data-press="#reject"></li>
    </ul></dialog>`;
  for (const element of document.querySelectorAll<HTMLElement>("*"))
    element.checkVisibility = () => true;
  const pressed: string[] = [];
  const note = ({ target, type }: Event) => pressed.push(`${type} ${(target as Element).id}`);
  document.addEventListener("click", note);
  document.addEventListener("submit", note);
  startKeys();
  const stay = (event: Event) => event.preventDefault();

  press("h");
  press("h");
  expect(pressed.splice(0)).toEqual(["click here", "click here"]);

  // The next case is asked for: a decision would be of the case that is still on view.
  press("j");
  press("2");
  press("j");
  expect(pressed.splice(0)).toEqual(["click next"]);
  // Escape ends the loading: the reader goes on here.
  press("Escape");
  press("j");
  expect(pressed.splice(0)).toEqual(["click next"]);
  // So it is where the page does not come, or where the browser goes back to this one.
  vi.advanceTimersByTime(3000);
  press("j");
  dispatchEvent(new Event("pageshow"));
  press("2");
  expect(pressed.splice(0)).toEqual(["click next", "click reject", "submit "]);
  press("j");
  expect(pressed.splice(0)).toEqual([]);
  vi.advanceTimersByTime(3000);

  // What a script does in place of the browser loads nothing.
  document.addEventListener("submit", stay);
  press("2");
  press("2");
  document.removeEventListener("submit", stay);
  expect(pressed).toEqual(["click reject", "submit ", "click reject", "submit "]);
});

test("moments are worded as the server words them, in the page's language", () => {
  expect(ago(59, "en", "just now")).toBe("just now");
  expect(ago(60, "en", "just now")).toBe("1 minute ago");
  expect(ago(2 * 3600, "en", "just now")).toBe("2 hours ago");
  expect(ago(3 * 86_400, "de", "gerade eben")).toBe("vor 3 Tagen");
  expect(ago(60, "de", "gerade eben")).toBe("vor 1 Minute");
  expect(ago(7 * 86_400, "en", "just now")).toBeNull();
});

// As dashboard/times.py writes them into each page.
const SHORT = "now|%d min|%d h|1 day|2 days|3 days|4 days|5 days|6 days";

test("lists say moments in the few letters of the page", () => {
  const words = SHORT.split("|");
  expect([59, 60, 3599, 3600, 86_399].map((seconds) => shortlyAgo(seconds, words))).toEqual([
    "now",
    "1 min",
    "59 min",
    "1 h",
    "23 h",
  ]);
  expect(shortlyAgo(86_400, words)).toBe("1 day");
  expect(shortlyAgo(7 * 86_400 - 1, words)).toBe("6 days");
  expect(shortlyAgo(7 * 86_400, words)).toBeNull();
});

test("moments of both kinds go on counting while a page stays open", () => {
  vi.setSystemTime(new Date("2026-11-29T12:00:00Z"));
  document.documentElement.lang = "en";
  document.body.dataset.shortly = SHORT;
  const at = "2026-11-29T11:59:30+00:00";
  const old = "2026-11-01T12:00:00+00:00";
  document.body.innerHTML = `
    <time datetime="${at}" data-ago>just now</time><time datetime="${at}" data-short-ago>now</time>
    <time datetime="${old}" data-short-ago>1 Nov</time>`;
  startAgo();
  vi.advanceTimersByTime(120_000);
  const shown = [...document.querySelectorAll("time")].map((time) => time.textContent);
  expect(shown).toEqual(["2 minutes ago", "2 min", "1 Nov"]);
});

test("times of a stream are the clock's, with the day before them where it is not today", () => {
  const now = new Date(2026, 10, 29, 12, 0);
  expect(byClock(new Date(2026, 10, 29, 0, 5), now, "en")).toBe("00:05");
  expect(byClock(new Date(2026, 10, 28, 23, 59), now, "en")).toBe("Sat 23:59");
  expect(byClock(new Date(2026, 10, 23, 9, 0), now, "de")).toBe("Mo 09:00");
  expect(byClock(new Date(2026, 10, 22, 9, 0), now, "en")).toBe("22 Nov, 09:00");
  expect(byClock(new Date(2025, 10, 30, 9, 0), now, "en")).toBe("30 Nov 2025, 09:00");
});

test("a toast goes after ten seconds, and stays while the pointer is on it", () => {
  document.body.innerHTML = `<div id="toasts"><div data-toast id="first"></div></div>`;
  startToasts();
  const first = document.getElementById("first") as HTMLElement;
  vi.advanceTimersByTime(9000);
  first.dispatchEvent(new Event("pointerenter"));
  vi.advanceTimersByTime(60_000);
  expect(first.isConnected).toBe(true);
  first.dispatchEvent(new Event("pointerleave"));
  vi.advanceTimersByTime(9999);
  expect(first.isConnected).toBe(true);
  vi.advanceTimersByTime(1);
  expect(first.isConnected).toBe(false);
});

test("a toast that comes later goes too", async () => {
  document.body.innerHTML = `<div id="toasts"></div>`;
  startToasts();
  const later = document.createElement("div");
  later.dataset.toast = "";
  document.getElementById("toasts")?.append(later);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(later.isConnected).toBe(false);
});

test("pages look for news often where they are seen, and seldom where they are not", () => {
  const looked = vi.fn();
  let hidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  document.body.addEventListener("inglenook:look", looked);
  startLooking();
  vi.advanceTimersByTime(30_000);
  expect(looked).toHaveBeenCalledTimes(2);

  hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(119_000);
  expect(looked).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(looked).toHaveBeenCalledTimes(3);

  hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  expect(looked).toHaveBeenCalledTimes(4);
});
