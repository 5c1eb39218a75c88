/**
 * How much is unread, on the launcher of somebody who has written here before: one call, before the
 * chat is opened. embed.js imports this file only where the device remembers such rooms.
 */

import type { Entry } from "./entry.ts";

/** The sheet of the badge; also for the widget, which counts on. */
const CSS = BADGE_CSS;

/** `heeds` names the rooms, each between blanks; `token` says who asks. */
export async function showUnread(entry: Entry, heeds: string, token: string): Promise<void> {
  const { tag, button, data, host } = entry;
  const answer = await fetch(new URL(`api/v1/${data.site}/rooms`, tag.src), {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { rooms } = (await answer.json()) as { rooms: { slug: string; unread: number }[] };
  const unread = rooms
    .filter(({ slug }) => heeds.includes(` ${slug} `))
    .reduce((sum, room) => sum + room.unread, 0);
  if (!unread || entry.view) return;
  addSheet(host.shadowRoot as ShadowRoot, tag.nonce);
  button.dataset.unread = `${unread}`;
  button.ariaLabel += ` ${unread}`;
}

function addSheet(root: ShadowRoot, nonce: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    root.append(Object.assign(document.createElement("style"), { nonce, textContent: CSS }));
  }
}
