// @ts-check
// Small comforts of the owners' pages. Everything works without this file.

const COPIED_MS = 2000;

/** Copy buttons: hidden until somebody can press them. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.getAttribute("data-copy") ?? "");
  const label = button.querySelector("[data-copy-label]");
  if (!(button instanceof HTMLElement) || !source || !label) continue;
  const before = label.textContent;
  let timer = 0;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(source.textContent ?? "");
    } catch {
      // Without a secure context there is no clipboard: select the text, and say which keys do it.
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      said = "Selected: press Ctrl+C or ⌘C";
    }
    label.textContent = said;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.textContent = before;
    }, COPIED_MS);
  });
}

/** The account menu closes like a menu: by Escape, and by a click elsewhere. */
const menu = document.querySelector("details[data-menu]");
if (menu instanceof HTMLDetailsElement) {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

/** A second press while the first is on its way does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented)
    return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  // Coming back by the browser's cache must find a form that works.
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/**
 * The words of times.py; older moments keep the date that the server wrote.
 * @param {number} seconds
 */
function ago(seconds) {
  /** @param {number} count @param {string} unit */
  const say = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  if (seconds < MINUTE_S) return "just now";
  if (seconds < HOUR_S) return say(Math.floor(seconds / MINUTE_S), "minute");
  if (seconds < DAY_S) return say(Math.floor(seconds / HOUR_S), "hour");
  return seconds < 7 * DAY_S ? say(Math.floor(seconds / DAY_S), "day") : null;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const words = ago((Date.now() - Date.parse(time.getAttribute("datetime") ?? "")) / 1000);
    if (words && words !== time.textContent) time.textContent = words;
  }
}, 30_000);
