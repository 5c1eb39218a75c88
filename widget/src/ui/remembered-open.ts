/**
 * Whether the chat was left open, for the next page of this tab. Storage may be forbidden; the chat
 * does not remember then.
 */

import type { Entry } from "../entry.ts";
import type { Store } from "../storage.ts";

/** Some chat was left open here once: embed.js looks for the key before it looks for which. */
const OPENED = "open";

const remembers = ({ data }: Entry) => data.open === "remember" && data.storage !== "none";

/** `store` is the site's own. */
export function rememberOpen(entry: Entry, store: Store, isOpen: boolean): void {
  const isRemembered = remembers(entry) && isOpen;
  try {
    if (isRemembered) sessionStorage.setItem(entry.id, "1");
    else sessionStorage.removeItem(entry.id);
  } catch {}
  if (isRemembered) store.set(OPENED, "1");
}

export function wasLeftOpen(entry: Entry): boolean {
  try {
    return remembers(entry) && !!sessionStorage.getItem(entry.id);
  } catch {
    return false;
  }
}
