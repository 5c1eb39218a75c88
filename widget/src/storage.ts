/**
 * Storage that may be refused. A browser's can be missing, throw when it is looked at, throw when
 * it is full, or be emptied by somebody else; the chat then works on, with memory for this page.
 */

export type StorageKind = "local" | "session" | "none";

/** Keys of messages that nobody has confirmed begin so. */
export const OUTBOX = "out:";
/**
 * The rooms whose news are for the visitor, each between blanks: those they wrote in, and their own line to the team. embed.js
 * counts on the next page what is unread there.
 */
export const HEEDS = "heeds";
/** The room that the visitor chose. */
export const CHOSEN = "room";
/** There while WebSockets are blocked: the next page begins by HTTP. */
export const BY_HTTP = "http";

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys of this store that begin so. */
  keys(prefix: string): string[];
}

/** The part of the browser's `Storage` that is used. */
export type Backing = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Even naming `localStorage` throws where a policy forbids it. */
const browserStorage = (kind: StorageKind): Backing | undefined =>
  (globalThis as unknown as Record<string, Backing | undefined>)[`${kind}Storage`];

/** Reads and writes nothing before the first call of one of its methods. */
export function openStore(
  kind: StorageKind,
  prefix: string,
  find: (kind: StorageKind) => Backing | null | undefined = browserStorage,
): Store {
  // What could not be written: a full storage must not lose it meanwhile.
  const memory = new Map<string, string>();
  let backing: Backing | null | undefined;

  function attempt<T>(action: (storage: Backing) => T): T | undefined | null {
    try {
      backing ??= find(kind);
      return backing && action(backing);
    } catch {
      return null;
    }
  }

  const store: Store = {
    get: (key) => attempt((storage) => storage.getItem(prefix + key)) ?? memory.get(key) ?? null,
    set(key, value) {
      memory.delete(key);
      const isWritten = attempt((storage) => {
        storage.setItem(prefix + key, value);
        return true;
      });
      if (isWritten) return;
      // An older value that stayed behind would be read first.
      store.remove(key);
      memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((storage) => storage.removeItem(prefix + key));
    },
    keys(start) {
      const found = new Set([...memory.keys()].filter((key) => key.startsWith(start)));
      attempt((storage) => {
        for (let index = 0; index < storage.length; index += 1) {
          const key = storage.key(index);
          if (key?.startsWith(prefix + start)) found.add(key.slice(prefix.length));
        }
      });
      return [...found];
    },
  };
  return store;
}
