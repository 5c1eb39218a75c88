/** A modal `<dialog>` of the page that the chat would be inert outside of (top-layer.ts). */

/** What has the focus, also within the page's shadow roots. */
export function focused(): Element | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

/**
 * The dialog that an element is shown in, through slots and shadow roots; else the last one that is
 * open.
 */
export function modalDialog(from: Node | null): Element | undefined {
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
