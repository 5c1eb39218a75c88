/**
 * A browser opens six connections to a host that does not speak HTTP/2, over all tabs of a site,
 * and the server counts what is held open like sockets, six a visitor. So requests that are held
 * take one of a few slots, and the others are left for what is sent. A lock of the browser is
 * shared by the tabs, and free again when one is closed or crashes.
 */

const SLOTS = 4;
/** Without locks a page knows only of itself. */
const SLOTS_ALONE = 2;
let taken = 0;

export type Release = () => void;

/** Null when all are taken: then a room is polled. Each slot is released once. */
export async function takeSlot(host: string): Promise<Release | null> {
  const { locks } = (globalThis as Partial<typeof globalThis>).navigator ?? {};
  if (!locks) return takeAlone();
  for (let number = 0; number < SLOTS; number += 1) {
    const release = await takeLock(locks, `inglenook:${host}:${number}`);
    if (release) return release;
  }
  return null;
}

function takeLock(locks: LockManager, name: string): Promise<Release | null> {
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock) return new Promise<void>((release) => resolve(release));
        resolve(null);
        return undefined;
      })
      // A sandboxed frame may not ask.
      .catch(() => resolve(takeAlone()));
  });
}

function takeAlone(): Release | null {
  if (taken >= SLOTS_ALONE) return null;
  taken += 1;
  return () => {
    taken -= 1;
  };
}
