/** What lies outside of the panel: the launcher's label and badge, and the page behind a chat that fills the window. */

import { accentTokens, meaningOf } from "../kit.ts";
import { takeScreen } from "./full-screen.ts";
import type { Ui } from "./ui.ts";
import type { ChatView } from "./view.tsx";

interface Outside {
  readonly badge: HTMLElement;
  /** The colour that the dashboard has, once it is on the page. */
  accent?: string;
  giveScreenBack?: (() => void) | undefined;
}

const MOST = 99;
const known = new WeakMap<ChatView, Outside>();

function outsideOf(view: ChatView): Outside {
  const badge = document.createElement("span");
  badge.className = "ing unread";
  view.entry.button.append(badge);
  const outside = { badge };
  known.set(view, outside);
  return outside;
}

/** The tag's colour goes before the dashboard's. */
function paint(view: ChatView, outside: Outside, accent: unknown): void {
  if (view.entry.data.accent || typeof accent !== "string" || accent === outside.accent) return;
  if (!meaningOf("accent", accent)) return;
  outside.accent = accent;
  for (const [name, value] of accentTokens(accent)) view.panel.style.setProperty(name, value);
  view.entry.host.style.setProperty("--ing-accent", accent);
}

export function settle(view: ChatView, { t, session, data, room }: Ui): void {
  const { button, place } = view.entry;
  const outside = known.get(view) ?? outsideOf(view);
  paint(view, outside, session.snapshot().site?.theme.accent);
  if (place) return;
  const isOpen = view.isOpen();
  const n = isOpen ? 0 : (session.room(room)?.unread ?? 0);
  const open = n ? t("launcher.unread", { n }) : data.launcherLabel || t("launcher.open");
  button.setAttribute("aria-label", isOpen ? t("launcher.close") : open);
  outside.badge.dataset.theme = view.panel.dataset.theme;
  outside.badge.style.cssText = view.panel.style.cssText;
  outside.badge.hidden = !n;
  outside.badge.textContent = n > MOST ? `${MOST}+` : `${n}`;
  const fills = isOpen && view.fills();
  // It would lie below the panel, out of sight but still in the order of focus.
  button.style.display = fills ? "none" : "";
  if (fills) outside.giveScreenBack ??= takeScreen(view.panel);
  else {
    outside.giveScreenBack?.();
    outside.giveScreenBack = undefined;
  }
}
