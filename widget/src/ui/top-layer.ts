/**
 * A modal `<dialog>` of the page makes everything outside of it inert, and lies above all. A chat that is opened meanwhile
 * stands inside of it until one of the two closes.
 */

/** Not every browser has popovers; without them the chat lies in the dialog as the page's own parts do. */
type Shown = HTMLElement & { showPopover?(): void };

/** The one on top: the browser has put the focus into it. */
function modalDialog(): HTMLElement | undefined {
  try {
    const all = [...document.querySelectorAll<HTMLElement>("dialog:modal")];
    return all.find((dialog) => dialog.contains(document.activeElement)) ?? all.pop();
  } catch {
    return undefined;
  }
}

/** Keeps what a move would lose: how far the messages are scrolled. */
function move(host: HTMLElement, place: Element): void {
  const scroller = host.shadowRoot?.querySelector(".scroller");
  const top = scroller?.scrollTop ?? 0;
  place.append(host);
  if (scroller) scroller.scrollTop = top;
}

/** Puts the host where it can be used. The answer, where it had to be moved, takes it back. */
export function enterDialog(host: Shown): (() => void) | undefined {
  const dialog = modalDialog();
  if (!dialog || dialog.contains(host)) return undefined;
  const before = document.activeElement as HTMLElement | null;
  const watch = new AbortController();
  move(host, dialog);
  // In a dialog with a transform `fixed` means the dialog; in the top layer it means the window.
  host.popover = "manual";
  host.showPopover?.();

  function leave(): void {
    if (watch.signal.aborted) return;
    watch.abort();
    const hadFocus = document.activeElement === host;
    host.popover = null;
    move(host, document.documentElement);
    if (hadFocus) before?.focus();
  }

  // Escape closes what is innermost, and that is the chat.
  const keep = (event: KeyboardEvent) => event.key === "Escape" && event.preventDefault();
  host.addEventListener("keydown", keep, { capture: true, signal: watch.signal });
  dialog.addEventListener("close", leave, { signal: watch.signal });
  return leave;
}
