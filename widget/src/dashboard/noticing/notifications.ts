/**
 * Notifications of the browser: whether they are wanted here, and the card where somebody says so.
 *
 *   unknown   the browser has none       default   nobody was asked yet
 *   granted   they are on                off       allowed, and switched off in this browser
 *   denied    the browser refuses them
 */

import type { Store } from "../../storage.ts";
import type { Item } from "./news.ts";

type State = NotificationPermission | "off" | "unknown";

const OFF = "notifications-off";

export interface Looks {
  /** The picture of each. */
  readonly picture: string;
  /** The word on the button that opens the place. */
  readonly answer: string;
}

export function stateOf(store: Store): State {
  if (!("Notification" in globalThis) || !("serviceWorker" in navigator)) return "unknown";
  const { permission } = Notification;
  return permission === "granted" && store.get(OFF) ? "off" : permission;
}

/** By the service worker: a phone's browser shows no others, and a click opens the place. */
export async function showNotifications(items: readonly Item[], looks: Looks): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration();
  for (const { title, text, tag, url } of items)
    await worker?.showNotification(title, {
      body: text,
      tag,
      icon: looks.picture,
      data: { url },
      // Ours makes a sound of its own, where it is wanted.
      silent: true,
      // TypeScript's own types lack them; browsers without them show none.
      ...{ actions: [{ action: "answer", title: looks.answer }], renotify: true },
    });
}

/** The card shows the part that is so, and its buttons change it. */
export function startCard(store: Store): void {
  const card = document.querySelector<HTMLElement>("[data-notifications]");
  if (!card) return;
  const status = card.querySelector("[role=status]");
  const draw = (isChange: boolean) => {
    const now = stateOf(store);
    for (const part of card.querySelectorAll<HTMLElement>("[data-is]")) {
      part.hidden = part.dataset.is !== now;
      if (part.hidden || !isChange) continue;
      if (status) status.textContent = part.querySelector("p")?.textContent ?? part.textContent;
      // The button that was pressed is gone.
      part.querySelector("button")?.focus();
    }
  };
  const on = (selector: string, act: () => unknown) =>
    card.querySelector(selector)?.addEventListener("click", async () => {
      await act();
      draw(true);
    });
  on("[data-ask]", () => Notification.requestPermission());
  on("[data-off]", () => store.set(OFF, "1"));
  on("[data-on]", () => store.remove(OFF));
  draw(false);
}
