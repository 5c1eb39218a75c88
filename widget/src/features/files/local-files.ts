/**
 * What this page knows of files that it sends itself: the tray (uploads.ts) writes it, and the list
 * of messages draws a picture from the device until the page is left. So nothing flickers when the
 * stored message takes the place of the one that was being sent.
 */

export interface LocalFile {
  /** The same from the first moment on; the server's id comes later. */
  readonly key: string;
  /** `blob:` of a picture. */
  readonly url: string;
  /** How much of it has left, from 0 to 1, while its message waits for it; else null. */
  readonly progress: number | null;
  /** Takes its message back to where it was written. */
  cancel(): void;
}

/** So many pictures are kept, each as large as the file. */
const MOST = 24;

const known = new Map<string, LocalFile>();
const listeners = new Set<() => void>();

/** By the key, or by the server's id once it has one. */
export const localFile = (id: string): LocalFile | undefined => known.get(id);

export function keepLocal(ids: readonly string[], file: LocalFile): void {
  for (const id of ids) {
    known.delete(id);
    known.set(id, file);
  }
  const urls = [...new Set([...known.values()].map(({ url }) => url))];
  for (const url of urls.slice(0, -MOST)) forgetUrl(url);
  for (const listener of [...listeners]) listener();
}

/** Nothing of it is shown any more. */
export function forgetLocal(key: string): void {
  const url = known.get(key)?.url;
  if (url !== undefined) forgetUrl(url);
}

function forgetUrl(url: string): void {
  for (const [id, file] of known) if (file.url === url) known.delete(id);
  URL.revokeObjectURL(url);
}

export function onLocalFiles(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const KB = 1024;

export const sizeText = (bytes: number): string =>
  bytes < KB * KB ? `${Math.ceil(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
