/**
 * A modal `<dialog>` of the page makes everything outside of it inert, and lies above all. A chat
 * that is opened meanwhile stands inside of it until one of the two closes.
 */

/**
 * Not every browser has popovers; without them the chat lies in the dialog as the page's own parts
 * do.
 */
type Shown = HTMLElement & { showPopover?(): void };

/** What has the focus, also within the page's shadow roots. */
function focused(): Element | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

/**
 * The dialog that an element is shown in, through slots and shadow roots; else the last one that is
 * open.
 */
function modalDialog(from: Node | null): Element | undefined {
  const modal = "dialog:modal";
  try {
    for (let node = from; node; ) {
      if (node instanceof Element && node.matches(modal)) return node;
      const slot = node instanceof Element ? node.assignedSlot : null;
      node = slot ?? node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null;
    }
    return [...document.querySelectorAll(modal)].pop();
  } catch {
    // This browser does not know `:modal`.
    return undefined;
  }
}

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

/** Puts the host where it can be used, and answers with the way back where it had to be moved. */
export function enterDialog(host: Shown, opener = focused()): Leave | undefined {
  const dialog = modalDialog(opener);
  if (!dialog || dialog.contains(host)) return undefined;
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
