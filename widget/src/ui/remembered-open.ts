/**
 * Whether the chat was left open, for the next page of this tab. Storage may be forbidden; the chat
 * does not remember then.
 */

import type { Entry } from "../entry.ts";

const remembers = ({ data }: Entry) => data.open === "remember" && data.storage !== "none";

export function rememberOpen(entry: Entry, isOpen: boolean): void {
  try {
    if (remembers(entry) && isOpen) sessionStorage.setItem(entry.id, "1");
    else sessionStorage.removeItem(entry.id);
  } catch {}
}

export function wasLeftOpen(entry: Entry): boolean {
  try {
    return remembers(entry) && !!sessionStorage.getItem(entry.id);
  } catch {
    return false;
  }
}
