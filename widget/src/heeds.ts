/**
 * The rooms whose news are for the visitor: those they wrote in, and their own line to the team.
 * They are stored, so that the next page can count what is unread there before the chat is loaded
 * (returning.ts).
 */

import type { Store } from "./storage.ts";

/** Their slugs, each between blanks. embed.js looks for the key. */
const HEEDS = "heeds";
const MOST = 20;

export function heed(store: Store, slug: string): void {
  const known: readonly string[] = store.get(HEEDS)?.match(/\S+/g) ?? [];
  if (!known.includes(slug)) store.set(HEEDS, ` ${[slug, ...known].slice(0, MOST).join(" ")} `);
}

export function isHeeded(store: Store, slug: string): boolean {
  return Boolean(store.get(HEEDS)?.includes(` ${slug} `));
}
