/**
 * A member of the team on this page. Whoever comes from "Moderate on my pages" of the workspace has
 * a code in the fragment of the address; embed.js then brings the chat at once.
 *
 * What the member has here is kept for this tab, apart from what the same browser has as a visitor:
 * no message of one is ever sent as the other.
 */

import { type StorageKind, type Store, storeOfSite } from "./storage.ts";

/** The first session is asked for by it (identity.ts). */
const CODE = "code";
const FRAGMENT = /^#ing-(\w+)$/;

/** What is kept as the team here; null for everybody else. */
export function teamStore(kind: StorageKind, site: string): Store | null {
  const store = storeOfSite(kind === "none" ? kind : "session", `${site}:team`);
  const code = FRAGMENT.exec(location.hash)?.[1];
  if (code) {
    // Nobody reads it in the history, or takes the address along.
    history.replaceState(history.state, "", location.pathname + location.search);
    store.set(CODE, code);
  }
  return store.get(CODE) || store.get("token") ? store : null;
}
