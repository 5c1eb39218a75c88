/**
 * Storage that may be refused. A browser's can be missing, throw when it is looked at, throw when
 * it is full, or be emptied by somebody else; the chat then works on, with memory for this page.
 */

export type StorageKind = "local" | "session" | "none";

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
function browserStorage(kind: StorageKind): Backing | null {
  try {
    if (kind === "none") return null;
    return (kind === "local" ? globalThis.localStorage : globalThis.sessionStorage) ?? null;
  } catch {
    return null;
  }
}

/** Reads and writes nothing before the first call of one of its methods. */
export function openStore(
  kind: StorageKind,
  prefix: string,
  find: (kind: StorageKind) => Backing | null = browserStorage,
): Store {
  // What could not be written, and what was written: a full storage must not lose it meanwhile.
  const memory = new Map<string, string>();
  let backing: Backing | null | undefined;

  function attempt<T>(action: (storage: Backing) => T): T | null {
    try {
      if (backing === undefined) backing = find(kind);
      return backing && action(backing);
    } catch {
      return null;
    }
  }

  return {
    get: (key) => attempt((storage) => storage.getItem(prefix + key)) ?? memory.get(key) ?? null,
    set(key, value) {
      memory.delete(key);
      const written = attempt((storage) => {
        storage.setItem(prefix + key, value);
        return true;
      });
      if (!written) {
        // An older value that stayed behind would be read first.
        attempt((storage) => storage.removeItem(prefix + key));
        memory.set(key, value);
      }
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
}
