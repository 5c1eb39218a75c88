/** Where the focus is in the chat, and where it goes. */

import type { ChatView } from "./chat-view.ts";

export function focusFirst(root: ShadowRoot, ...wanted: readonly string[]): void {
  for (const one of wanted) {
    const found = root.querySelector<HTMLElement>(`.panel ${one}:not(:disabled)`);
    if (found) return found.focus();
  }
}

/** What has the focus in the chat. */
export function focusedIn(host: HTMLElement): HTMLElement | null {
  const hasFocus = (host.getRootNode() as Document).activeElement === host;
  return hasFocus ? (host.shadowRoot?.activeElement as HTMLElement | null) : null;
}

/** What had the focus may be gone, or take none any more: it must not fall out of the chat. */
export function keepFocus(view: ChatView, held: HTMLElement): void {
  if (held.isConnected && !held.matches(":disabled")) return;
  // Whoever closed has put it where it belongs. What is disabled keeps it for a moment.
  const now = focusedIn(view.entry.host);
  if (now && now !== held) return;
  if (held.localName === "textarea") view.focus();
  else focusFirst(view.root, ".scroller", "button");
}
