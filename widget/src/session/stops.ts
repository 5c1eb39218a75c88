/** What a stop of the connection means for the page: pure. */

import type { Stop } from "../connection/transport.ts";

export const BANNED_CLOSE = 4504;

/**
 * A reload or a look at this tab goes on by itself; after all else nothing would send what waits.
 */
export function endsSending({ remedy }: Stop): boolean {
  return remedy === "none" || remedy === "hide";
}

/** For the console: the owner, who pasted the tag, looks there first. */
export function sentenceFor({ code, message, hint }: Stop): string {
  const page = code === "origin_not_allowed" && (globalThis.origin ?? globalThis.location?.origin);
  const why = page === "null" ? ", as of all files and sandboxed frames" : "";
  const origin = page && `(the origin of this page is ${page}${why})`;
  return ["[inglenook]", message, hint, origin].filter(Boolean).join(" ");
}
