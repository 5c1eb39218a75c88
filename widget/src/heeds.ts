/**
 * The rooms whose news are for the visitor: those they wrote in, and their own line to the team. They are stored, so that the next
 * page can count what is unread there before the chat is loaded (returning.ts).
 */

import { HEEDS, type Store } from "./storage.ts";

const MOST = 20;

export function heed(store: Store, slug: string): void {
  const known: readonly string[] = store.get(HEEDS)?.match(/\S+/g) ?? [];
  if (!known.includes(slug)) store.set(HEEDS, ` ${[slug, ...known].slice(0, MOST).join(" ")} `);
}

/** How many messages are unread in those rooms. */
export function unreadIn(
  store: Store,
  rooms: readonly { readonly slug: string; readonly unread: number }[],
): number {
  const heeds = store.get(HEEDS) ?? "";
  return rooms
    .filter(({ slug }) => heeds.includes(` ${slug} `))
    .reduce((sum, { unread }) => sum + unread, 0);
}
