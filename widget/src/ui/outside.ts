/**
 * What lies outside of the panel: the launcher's label and badge, whether it is shown at all, and
 * the page behind a chat that fills the window.
 */

import type { Ui } from "../parts/ui.ts";
import type { Theme } from "../protocol/look.ts";
import { type StorageKind, storeOfSite } from "../storage.ts";
import type { ChatView } from "./chat-view.ts";
import { takeScreen } from "./full-screen.ts";
import { keepLook, ownOption } from "./launcher-look.ts";
import { applyLook } from "./look.ts";
import { isShown, onMove, showOf } from "./shown.ts";
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
  const outside = known.get(view) ?? followPage(view);
  known.set(view, outside);
  const theme = session.snapshot().site?.theme;
  if (theme && theme !== outside.theme) {
    applyLook(view, theme);
    if (!place) keep(view, theme);
  }
  outside.theme = theme ?? outside.theme;
  if (place) return;
  const isOpen = view.isOpen();
  const label = ownOption(view.entry, "launcherLabel") || theme?.label || ui.data.launcherLabel;
  const n = isOpen ? 0 : (session.room(room)?.unread ?? 0) + unreadInOtherRooms(ui);
  const open = n ? t("launcher.unread", { n }) : label || t("launcher.open");
  button.setAttribute("aria-label", isOpen ? t("launcher.close") : open);
  if (n) button.dataset.unread = badgeText(n);
  else delete button.dataset.unread;
  placeLauncher(view, outside.theme);
  if (isOpen && view.fills()) outside.giveScreenBack ??= takeScreen(view.panel);
  else {
    outside.giveScreenBack?.();
    outside.giveScreenBack = undefined;
  }
}

/** Whether it is shown changes with the path. */
function followPage(view: ChatView): Outside {
  if (!view.entry.place)
    onMove(() => {
      view.refresh();
      return view.entry.view === view;
    });
  return {};
}

function placeLauncher(view: ChatView, theme: Theme | undefined): void {
  const { entry, root } = view;
  const { button, data } = entry;
  const isOwn = !theme || ownOption(entry, "show");
  const isOpen = view.isOpen();
  const isThere = isOpen || isShown(isOwn ? showOf(data.show) : theme.show);
  // Below a panel that fills the window it would be out of sight, but still in the order of focus.
  button.style.display = isThere && !(isOpen && view.fills()) ? "" : "none";
  // embed.js leaves it to others where the tag says where it is shown.
  if (isThere && !button.isConnected && data.launcher !== "none") root.prepend(button);
}

function keep({ entry }: ChatView, theme: Theme): void {
  const { site, storage } = entry.data;
  keepLook(entry, storeOfSite(storage as StorageKind, site as string), theme);
}
