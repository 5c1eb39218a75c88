/**
 * A modal `<dialog>` of the page makes everything outside of it inert, and lies above all. A chat
 * that is opened meanwhile stands inside of it until one of the two closes.
 */

/**
 * Not every browser has popovers; without them the chat lies in the dialog as the page's own parts
 * do.
 */
type Shown = HTMLElement & { showPopover?(): void };

/** How far the messages are scrolled, as long as it can be told; infinitely far where they end. */
function scrolled(host: HTMLElement, before = 0): number {
  const scroller = host.shadowRoot?.querySelector(".scroller");
  if (!scroller?.clientHeight) return before;
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  return scrollHeight - scrollTop - clientHeight < 2 ? 1e9 : scrollTop;
}

/** A move loses how far its parts are scrolled. */
function move(host: HTMLElement, place: Element, top: number): void {
  place.append(host);
  const scroller = host.shadowRoot?.querySelector(".scroller");
  if (scroller) scroller.scrollTop = top;
}

/** Takes the host back; with the focus, to where that was before. */
export type Leave = (hadFocus: boolean) => void;

/** Puts the host into the dialog, and answers with the way back. */
export function enterDialog(host: Shown, opener: Element | null, dialog: Element): Leave {
  const watch = new AbortController();
  let top = scrolled(host);
  move(host, dialog, top);
  // In a dialog with a transform `fixed` means the dialog; in the top layer it means the window.
  host.popover = "manual";
  host.showPopover?.();

  function leave(hadFocus: boolean): void {
    if (watch.signal.aborted) return;
    watch.abort();
    host.popover = null;
    move(host, document.documentElement, top);
    if (hadFocus) (opener as HTMLElement | null)?.focus();
  }

  // A dialog that is closed shows nothing any more: it is too late to ask then.
  const follow = () => {
    top = scrolled(host, top);
  };
  host.shadowRoot?.addEventListener("scroll", follow, { capture: true, signal: watch.signal });

  // Escape closes what is innermost, and that is the chat.
  const keep = (event: KeyboardEvent) => event.key === "Escape" && event.preventDefault();
  host.addEventListener("keydown", keep, { capture: true, signal: watch.signal });
  dialog.addEventListener("close", () => leave(false), { signal: watch.signal });
  return leave;
}
