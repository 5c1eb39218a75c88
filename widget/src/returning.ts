/**
 * For who comes back, before the chat is loaded: the launcher has the look that an earlier page has
 * seen, is only where the owner shows it, and says how much is unread in the rooms that were
 * written in. Who waits for an answer has the chat come to life, closed. embed.js imports this
 * file, and nothing else, when the page is idle and the chat was not left open; for everybody where
 * the tag says where the launcher is shown.
 */

import type { Entry, Registry } from "./entry.ts";
import { isHeeded } from "./heeds.ts";
import { ownOption } from "./parts/own-option.ts";
import type { Theme } from "./protocol/look.ts";
import type { RoomSummary } from "./protocol/session-call.ts";
import { openStore, type StorageKind, type Store } from "./storage.ts";
import { drawLauncher, keptLook } from "./ui/launcher-look.ts";
import { isShown, onMove, showOf } from "./ui/shown.ts";
import { addStyles } from "./ui/styles.ts";
import { badgeText } from "./ui/unread.ts";

/** Stored while the visitor waits for an answer of which they want to be told (noticing). */
const AWAITS = "awaits";

/** Of main.tsx, which lies above. */
type Mount = (registry: Registry, entry: Entry, verb: "start") => void;

const known = new WeakSet<Entry>();

export async function tell(entry: Entry): Promise<void> {
  if (known.has(entry)) return;
  known.add(entry);
  const { data, place } = entry;
  const kind = (data.storage || "local") as StorageKind;
  const store = openStore(kind, `inglenook:${data.site}:`);
  const look = place ? null : keptLook(entry, store);
  if (look) draw(entry, look);
  placeLauncher(entry, look);
  if (place) return;
  if (store.get(AWAITS)) await goOnline(entry);
  else await countUnread(entry, store);
}

/** Where it cannot be had, the launcher works as ever. */
async function goOnline(entry: Entry): Promise<void> {
  Object.assign(entry.data, { load: "eager" });
  const address = new URL(`widget/${WIDGET_FILE}.js`, entry.tag.src).href;
  try {
    const { mount } = (await import(address)) as { readonly mount: Mount };
    if (!entry.view) mount(self.Inglenook as Registry, entry, "start");
  } catch {
    // The next page tries again.
  }
}

function draw(entry: Entry, look: Theme): void {
  const { button, host, tag } = entry;
  addStyles(host.shadowRoot as ShadowRoot, tag.nonce, BADGE_CSS);
  drawLauncher(entry, look);
  if (look.label && !ownOption(entry, "launcherLabel"))
    button.ariaLabel = button.textContent = look.label;
}

/** Until the chat is there, which then sees to it itself. */
function placeLauncher(entry: Entry, look: Theme | null): void {
  const { button, data, host, place } = entry;
  if (!look?.show && !data.show) return;
  const show = look && !ownOption(entry, "show") ? look.show : showOf(data.show);
  const change = () => {
    if (entry.view) return false;
    const isThere = place || isShown(show);
    if (!isThere) button.remove();
    else if (!button.isConnected && data.launcher !== "none") host.shadowRoot?.prepend(button);
    return true;
  };
  if (change() && !place && show) onMove(change);
}

async function countUnread(entry: Entry, store: Store): Promise<void> {
  const { tag, data, host, button } = entry;
  const token = store.get("token");
  const isAwaited = /\S/.test(store.get("heeds") ?? "");
  if (!token || !isAwaited || !button.isConnected) return;
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
