/**
 * What lies outside of the panel: the launcher's label and badge, and the page behind a chat that
 * fills the window.
 */

import { meaningOf } from "../options.ts";
import type { Ui } from "../parts/ui.ts";
import { accentTokens } from "./accent.ts";
import type { ChatView } from "./chat-view.ts";
import { takeScreen } from "./full-screen.ts";
import { badgeText, unreadInOtherRooms } from "./unread.ts";

interface Outside {
  /** The colour that the dashboard has, once it is on the page. */
  accent?: string;
  giveScreenBack?: (() => void) | undefined;
}

const known = new WeakMap<ChatView, Outside>();

/** The tag's colour goes before the dashboard's. */
function paint(view: ChatView, outside: Outside, accent: unknown): void {
  if (view.entry.data.accent || typeof accent !== "string" || accent === outside.accent) return;
  if (!meaningOf("accent", accent)) return;
  outside.accent = accent;
  for (const [name, value] of accentTokens(accent)) view.panel.style.setProperty(name, value);
  view.entry.host.style.setProperty("--ing-accent", accent);
}

export function drawOutside(view: ChatView, ui: Ui): void {
  const { t, session, data, room } = ui;
  const { button, place } = view.entry;
  const outside = known.get(view) ?? {};
  known.set(view, outside);
  paint(view, outside, session.snapshot().site?.theme.accent);
  if (place) return;
  const isOpen = view.isOpen();
  const n = isOpen ? 0 : (session.room(room)?.unread ?? 0) + unreadInOtherRooms(ui);
  const open = n ? t("launcher.unread", { n }) : data.launcherLabel || t("launcher.open");
  button.setAttribute("aria-label", isOpen ? t("launcher.close") : open);
  if (n) button.dataset.unread = badgeText(n);
  else delete button.dataset.unread;
  const fills = isOpen && view.fills();
  // It would lie below the panel, out of sight but still in the order of focus.
  button.style.display = fills ? "none" : "";
  if (fills) outside.giveScreenBack ??= takeScreen(view.panel);
  else {
    outside.giveScreenBack?.();
    outside.giveScreenBack = undefined;
  }
}
