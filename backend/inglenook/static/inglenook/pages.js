// What the pages of a room do better with a script; without it they work by links and forms.
// HTMX does the talking. Here: the reader's own time of day, Enter to send, a word when sending
// failed, and a draft.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const clockAndDay = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const wholeTime = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/**
 * The server writes UTC. Days are divided by UTC too, so a time of another local day names its day.
 */
function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const isSameDay = moment.getDate() === moment.getUTCDate();
    time.textContent = (isSameDay ? clock : clockAndDay).format(moment);
    time.title = wholeTime.format(moment);
  }
}

function sendByEnter(event) {
  const box = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || box.id !== "body") return;
  // On a phone Enter makes a line: its keyboard has no Shift+Enter.
  if (matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  if (box.value.trim() !== "") box.form.requestSubmit();
}

/** The connection broke, or the server did: the text is still in its box. */
function sayNotSent(event) {
  const form = event.target.closest?.("form");
  if (!form) return;
  let words = form.querySelector(".error");
  if (!words) {
    words = document.createElement("p");
    words.className = "error";
    words.setAttribute("role", "alert");
    form.prepend(words);
  }
  words.textContent = "That did not reach us. Your text is still here: please try again.";
}

/**
 * What is not sent yet outlives a reload of this tab. Chromium forgets it, and storage may be
 * forbidden.
 */
const DRAFT = `inglenook:draft:${location.pathname}`;
const box = () => document.getElementById("body");

function keepDraft() {
  try {
    if (box()?.value) sessionStorage.setItem(DRAFT, box().value);
    else sessionStorage.removeItem(DRAFT);
  } catch {}
}

function takeDraft() {
  try {
    // `?wrote` is where a form without HTMX leads: that text was sent.
    if (location.search === "?wrote") sessionStorage.removeItem(DRAFT);
    if (box() && box().value === "") box().value = sessionStorage.getItem(DRAFT) ?? "";
  } catch {}
}

document.addEventListener("input", keepDraft);
document.addEventListener("htmx:afterSettle", keepDraft);
document.addEventListener("keydown", sendByEnter);
document.addEventListener("htmx:load", (event) => showLocalTimes(event.detail.elt));
document.addEventListener("htmx:sendError", sayNotSent);
document.addEventListener("htmx:responseError", sayNotSent);
showLocalTimes(document);
takeDraft();
