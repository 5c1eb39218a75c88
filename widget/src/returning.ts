/**
 * For who has written and comes back: one call says how much is unread in those rooms, and the
 * launcher shows it. embed.js imports this file, and nothing else, when the page is idle and the
 * chat was not left open.
 */

import type { Entry } from "./entry.ts";
import { isHeeded } from "./heeds.ts";
import type { RoomSummary } from "./protocol/frames.ts";
import { openStore, type StorageKind } from "./storage.ts";
import { addStyles } from "./ui/styles.ts";
import { badgeText } from "./ui/unread.ts";

export async function tell(entry: Entry): Promise<void> {
  const { tag, data, host, button } = entry;
  const kind = (data.storage || "local") as StorageKind;
  const store = openStore(kind, `inglenook:${data.site}:`);
  const token = store.get("token");
  if (!token || !button.isConnected) return;
  try {
    const answer = await fetch(new URL(`api/v1/${data.site}/rooms`, tag.src), {
      headers: { Authorization: `Bearer ${token}` },
      credentials: "omit",
      priority: "low",
    });
    const { rooms } = (await answer.json()) as { readonly rooms: readonly RoomSummary[] };
    const n = rooms
      .filter(({ slug }) => isHeeded(store, slug))
      .reduce((sum, { unread }) => sum + unread, 0);
    // Opened meanwhile: the chat itself knows better.
    if (!n || entry.view) return;
    addStyles(host.shadowRoot as ShadowRoot, tag.nonce, BADGE_CSS);
    button.dataset.unread = badgeText(n);
    button.ariaLabel += ` ${badgeText(n)}`;
  } catch {
    // Without an answer there is nothing to tell.
  }
}
