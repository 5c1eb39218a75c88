/** What the panel is drawn into, and when what is drawn there is over. */

import type { Entry } from "../entry.ts";
import { accentTokens } from "../parts/accent.ts";
import type { Snapshot } from "../session/types.ts";
import type { ChatView } from "./chat-view.ts";

const LEAST_INLINE_PX = 300;

/** Whether a member of the team is none here any more. `known`: who was drawn last. */
export const isOver = ({ visitor, connection }: Snapshot, known: string | undefined): boolean =>
  (known !== undefined && visitor === null) || /^invalid/.test(connection.stop?.code ?? "");

/** The element that the panel is drawn into. */
export function createPanel({ button, data, place }: Entry): HTMLElement {
  const panel = document.createElement("div");
  button.setAttribute("part", "launcher");
  panel.setAttribute("part", "panel");
  const page = data.mode === "page" ? " page" : "";
  const alone = data.launcher === "none" ? " alone" : "";
  panel.className = place ? "ing inline" : `ing dialog${page}${alone}`;
  panel.dataset.theme = data.theme;
  for (const [name, value] of accentTokens(data.accent)) panel.style.setProperty(name, value);
  return panel;
}

/** Into the page, in the place of an inline room's button. */
export function appendPanel({ entry, root, panel }: ChatView): void {
  const { button, host, place } = entry;
  if (place) button.remove();
  root.append(panel);
  if (place && host.clientHeight < LEAST_INLINE_PX) host.style.setProperty("--ing-height", "480px");
}
