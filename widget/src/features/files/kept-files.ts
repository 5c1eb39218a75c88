/**
 * Files that are stored and not sent yet, and the text of a message that waits for others: kept
 * when the page is left, and taken over by the next one, so that no two pages have them.
 */

import type { Attachment } from "../../protocol/frames.ts";
import type { Store } from "../../storage.ts";

export interface KeptFile {
  readonly stored: Attachment;
  /** Its words may have changed since it was stored. */
  readonly alt: string;
}

export interface Kept {
  readonly files: readonly KeptFile[];
  readonly text: string;
}

const keyOf = (room: string): string => `files:${room}`;

export function keepFiles(store: Store, room: string, kept: Kept): void {
  if (kept.files.length || kept.text) store.set(keyOf(room), JSON.stringify(kept));
}

export function takeFiles(store: Store, room: string): Kept | null {
  const text = store.get(keyOf(room));
  if (!text) return null;
  store.remove(keyOf(room));
  try {
    const { files, text: body } = JSON.parse(text) as Kept;
    return { files: files.filter(({ stored }) => stored.id && stored.name), text: String(body) };
  } catch {
    return null;
  }
}
