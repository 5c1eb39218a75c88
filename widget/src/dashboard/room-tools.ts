/**
 * The messages of a room under hand: which one the keys mean, stepping through them, the sheet with
 * all that can be done, and answering one. Each act itself is a form of the page.
 */

const LONG_PRESS_MS = 500;
const TREMBLE_PX = 10;
const ROWS = "#messages > .message";

export function startRoomTools(log: HTMLElement): void {
  pointOut(log);
  stepByKey();
  openSheets(log);
  answerInPlace();
}

/** The row under the pointer or the focus, whichever came last, is the one that keys mean. */
function pointOut(log: HTMLElement): void {
  const mark = (event: Event) => {
    const row = event.target instanceof Element ? event.target.closest(ROWS) : null;
    if (!row || row.matches(".current")) return;
    for (const other of log.querySelectorAll(".message.current")) other.classList.remove("current");
    row.classList.add("current");
  };
  log.addEventListener("pointermove", mark);
  log.addEventListener("focusin", mark);
  // A row that was swapped in the place of the current one is the current one still.
  document.body.addEventListener("htmx:oobAfterSwap", () => {
    const row = document.activeElement?.closest(ROWS);
    if (row && !log.querySelector(".message.current")) row.classList.add("current");
  });
}

function stepByKey(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-step]"))
    button.addEventListener("click", () => {
      const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
      const at = rows.findIndex((row) => row.matches(".current"));
      const next = at < 0 ? rows.at(-1) : rows[at + Number(button.dataset.step)];
      next?.focus();
    });
}

/** A long press opens what the last button of the row opens. */
function openSheets(log: HTMLElement): void {
  const sheet = document.getElementById("sheet");
  if (!(sheet instanceof HTMLDialogElement)) return;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const { target } = (event as CustomEvent<{ target?: Element }>).detail;
    if (target?.id === "sheet-content" && !sheet.open) sheet.showModal();
  });
  // What was pressed in it is done, or has failed and said so.
  sheet.addEventListener("htmx:afterRequest", () => sheet.close());
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };
  const cancel = () => clearTimeout(timer);
  log.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || !(event.target instanceof Element)) return;
    const more = event.target.closest(ROWS)?.querySelector<HTMLElement>("[data-act=more]");
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => more?.click(), LONG_PRESS_MS);
  });
  // A finger that rests trembles; one that scrolls goes on.
  log.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - start.x, clientY - start.y) > TREMBLE_PX) cancel();
  });
  for (const name of ["pointerup", "pointercancel", "scroll"])
    log.addEventListener(name, cancel, { passive: true });
}

/** Answering a message keeps what is written already, so no page is loaded for it. */
function answerInPlace(): void {
  document.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target : null;
    const reply = pressed?.closest<HTMLElement>("[data-act=reply]");
    const gives = pressed?.closest("[data-no-reply]");
    const strip = document.getElementById("reply-strip");
    const field = document.getElementById("reply-to");
    if (!(reply || gives) || !strip || !(field instanceof HTMLInputElement)) return;
    event.preventDefault();
    field.value = reply?.dataset.seq ?? "";
    strip.hidden = !reply;
    if (reply) describe(field.value);
    const sheet = document.getElementById("sheet");
    if (sheet instanceof HTMLDialogElement) sheet.close();
    document.getElementById("body")?.focus();
  });
}

function describe(seq: string): void {
  const row = document.getElementById(`m-${seq}`);
  const write = (id: string, text: string | null | undefined) => {
    const element = document.getElementById(id);
    if (element) element.textContent = text ?? "";
  };
  write("reply-name", row?.querySelector("strong")?.textContent);
  write("reply-text", row?.querySelector(".message-body")?.textContent?.slice(0, 80));
}
