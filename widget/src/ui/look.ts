/**
 * The owner's look on one instance: colour, place, and the sheet of their own. It follows each
 * change. What the tag says goes before it, but for a tag with `data-look`: such a tag only carries
 * a copy of an earlier look.
 */

import { meaningOf } from "../options.ts";
import type { Theme } from "../protocol/look.ts";
import { accentTokens } from "./accent.ts";
import type { ChatView } from "./chat-view.ts";

/** What the tag or the place says itself of an option; nothing where it carries a copy. */
export function ownOption({ entry }: ChatView, name: string): string | undefined {
  const { data, place, tag } = entry;
  const said = place?.dataset[name] ?? (tag.dataset.look ? "" : tag.dataset[name]);
  return said && data[name];
}

function paint(view: ChatView, accent: unknown): void {
  if (ownOption(view, "accent") || typeof accent !== "string") return;
  if (!meaningOf("accent", accent)) return;
  for (const [name, value] of accentTokens(accent)) view.panel.style.setProperty(name, value);
  view.entry.host.style.setProperty("--ing-accent", accent);
}

/** Where a look says nothing, what embed.js has set stays. */
function move(view: ChatView, { side, offset_x: x, offset_y: y }: Theme): void {
  const { style } = view.entry.host;
  const was = style.getPropertyValue("--ing-left") ? "left" : "right";
  const isFree = !ownOption(view, "position");
  const now = isFree && /^(left|right)$/.test(`${side}`) ? (side as string) : was;
  const offset = style.getPropertyValue(`--ing-${was}`);
  style.removeProperty(`--ing-${was}`);
  const isNumber = typeof x === "number" && !ownOption(view, "offsetX");
  style.setProperty(`--ing-${now}`, isNumber ? `${x}px` : offset);
  if (typeof y === "number" && !ownOption(view, "offsetY")) style.setProperty("--y", `${y}px`);
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
  paint(view, theme.accent);
  if (!view.entry.place) move(view, theme);
  dress(view, theme.css ?? "");
}
