/**
 * What lies outside of the panel: the launcher's label and badge, whether it is shown at all, and
 * the page behind a chat that fills the window.
 */

import { noticing } from "../features/noticing/noticing.ts";
import { LazyFile } from "../parts/lazy-file.ts";
import { ownOption } from "../parts/parts.ts";
import type { Ui } from "../parts/ui.ts";
import type { Theme } from "../protocol/look.ts";
import { type StorageKind, storeOfSite } from "../storage.ts";
import type { ChatView } from "./chat-view.ts";
import { QUIET_MS } from "./feature-button.tsx";
import { takeScreen } from "./full-screen.ts";
import { unreadInOtherRooms } from "./unread.ts";

interface Outside {
  /** Until the file of what is noticed is asked for. */
  noticing?: ReturnType<typeof setTimeout> | undefined;
  /** The owner's look, once it is on the page. */
  theme?: Theme | undefined;
  giveScreenBack?: (() => void) | undefined;
}

/** Where the owner has changed nothing it is not needed; the tag has a copy of what was changed. */
export const lookFile = new LazyFile(() => import("./look.ts"));

const known = new WeakMap<ChatView, Outside>();

export function drawOutside(view: ChatView, ui: Ui): void {
  const { session, room } = ui;
  const { place } = view.entry;
  const outside = known.get(view) ?? {};
  known.set(view, outside);
  const theme = session.snapshot().site?.theme;
  if (theme && theme !== outside.theme) {
    const before = outside.theme;
    outside.theme = theme;
    if (before || isLook(view, theme)) bringLook(view, outside, theme);
  }
  if (!place) drawLauncher(view, ui, outside);
  const { file } = noticing;
  const isAway = !view.isOpen() || document.hidden;
  const state = session.room(room);
  if (file.here) file.here.notice(view, ui);
  else if (state?.pending.length || (isAway && (state?.unread || unreadInOtherRooms(ui))))
    outside.noticing ??= setTimeout(
      () => file.fetch().then(view.refresh, String),
      isAway ? 0 : QUIET_MS,
    );
}

function drawLauncher(view: ChatView, { t, data }: Ui, outside: Outside): void {
  const { theme } = outside;
  const isOpen = view.isOpen();
  const label = ownOption(view.entry, "launcherLabel") || theme?.label || data.launcherLabel;
  const { button } = view.entry;
  const words = isOpen ? "" : (label ?? "");
  if (button.textContent !== words) button.textContent = words;
  button.setAttribute("aria-label", isOpen ? t("launcher.close") : label || t("launcher.open"));
  placeLauncher(view, theme);
  if (isOpen && view.fills()) outside.giveScreenBack ??= takeScreen(view.panel);
  else {
    outside.giveScreenBack?.();
    outside.giveScreenBack = undefined;
  }
}

/** Below a panel that fills the window it would be out of sight, but in the order of focus. */
function placeLauncher(view: ChatView, theme: Theme | undefined): void {
  const { entry, root } = view;
  const { button, data } = entry;
  const isOpen = view.isOpen();
  const isThere = isOpen || isShownHere(view, theme);
  button.style.display = isThere && !(isOpen && view.fills()) ? "" : "none";
  // embed.js leaves it to others where the tag says where it is shown.
  if (isThere && !button.isConnected && data.launcher !== "none") root.prepend(button);
}

/** On which pages and devices: the file of the look knows. Until it is here nothing changes. */
function isShownHere(view: ChatView, theme: Theme | undefined): boolean {
  const { show } = view.entry.data;
  if (!show && !theme?.show) return true;
  const file = lookFile.here;
  if (file) return file.isShownFor(view, theme);
  void lookFile.fetch().then(view.refresh, () => {});
  return view.entry.button.isConnected;
}

const storeOf = ({ site, storage }: ChatView["entry"]["data"]) =>
  storeOfSite(storage as StorageKind, site as string);

/** Whether the owner has set anything, now or when an earlier page kept it. */
const isLook = ({ entry }: ChatView, theme: Theme): boolean =>
  Object.keys(theme).length > 0 || (!entry.place && storeOf(entry.data).get("look") !== null);

/** At once where its file is here. */
function bringLook(view: ChatView, outside: Outside, theme: Theme): void {
  const { entry } = view;
  const apply = ({ applyLook, keepLook }: typeof import("./look.ts")) => {
    if (outside.theme !== theme) return;
    applyLook(view, theme);
    if (!entry.place) keepLook(entry, storeOf(entry.data), theme);
  };
  if (lookFile.here) apply(lookFile.here);
  else lookFile.fetch().then(apply, () => {});
}
