/**
 * The owner's look on one instance: colour, place, and the sheet of their own. It follows each
 * change.
 */

import { accentTokens, ownOption } from "../parts/parts.ts";
import type { Theme } from "../protocol/look.ts";
import type { ChatView } from "./chat-view.ts";
import { accentOf, drawLauncher } from "./launcher-look.ts";

export { keepLook } from "./launcher-look.ts";

import { isShown, onMove, showOf } from "./shown.ts";

/** What follows the path and the shape of the window. */
const followed = new WeakSet<ChatView>();

/** Whether the launcher is shown on this page, and each change of it from now on. */
export function isShownFor(view: ChatView, theme: Theme | undefined): boolean {
  const { entry } = view;
  if (!followed.has(view)) {
    followed.add(view);
    onMove(() => {
      view.refresh();
      return entry.view === view;
    });
  }
  const isOwn = !theme || ownOption(entry, "show");
  return isShown(isOwn ? showOf(entry.data.show) : theme.show);
}

const sheets = new WeakMap<ChatView, CSSStyleSheet>();

/** The server lets no sheet through that fetches something. It comes after the widget's own. */
function dress(view: ChatView, css: string): void {
  const { root, entry } = view;
  const known = sheets.get(view);
  if (!known && !css) return;
  try {
    const sheet = known ?? new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(view, sheet);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== sheet), sheet];
  } catch {
    root.querySelector(".own-css")?.remove();
    const parts = { className: "own-css", nonce: entry.tag.nonce, textContent: css };
    root.append(Object.assign(document.createElement("style"), parts));
  }
}

export function applyLook(view: ChatView, theme: Theme): void {
  const { entry, panel } = view;
  for (const [name, value] of accentTokens(accentOf(entry, theme)))
    panel.style.setProperty(name, value);
  if (!entry.place) drawLauncher(entry, theme);
  dress(view, theme.css ?? "");
}
