/**
 * What lies outside of the panel: the launcher's label and badge, and the page behind a chat that
 * fills the window.
 */

import type { Ui } from "../parts/ui.ts";
import type { Theme } from "../protocol/look.ts";
import type { ChatView } from "./chat-view.ts";
import { takeScreen } from "./full-screen.ts";
import { applyLook, ownOption } from "./look.ts";
import { badgeText, unreadInOtherRooms } from "./unread.ts";

interface Outside {
  /** The owner's look, once it is on the page. */
  theme?: Theme | undefined;
  giveScreenBack?: (() => void) | undefined;
}

const known = new WeakMap<ChatView, Outside>();

export function drawOutside(view: ChatView, ui: Ui): void {
  const { t, session, room } = ui;
  const { button, place } = view.entry;
  const outside = known.get(view) ?? {};
  known.set(view, outside);
  const theme = session.snapshot().site?.theme;
  if (theme && theme !== outside.theme) applyLook(view, theme);
  outside.theme = theme ?? outside.theme;
  if (place) return;
  const isOpen = view.isOpen();
  const label = ownOption(view, "launcherLabel") || theme?.label || ui.data.launcherLabel;
  const n = isOpen ? 0 : (session.room(room)?.unread ?? 0) + unreadInOtherRooms(ui);
  const open = n ? t("launcher.unread", { n }) : label || t("launcher.open");
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
