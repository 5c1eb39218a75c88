/**
 * A browser opens six connections to a host that does not speak HTTP/2, over all tabs of a site, and
 * the server counts what is held open like sockets, six a visitor. So requests that are held take
 * one of a few places, and the others are left for what is sent. A lock of the browser is shared by
 * the tabs, and free again when one is closed or crashes.
 */

const PLACES = 4;
/** Without locks a page knows only of itself. */
const PLACES_ALONE = 2;
let taken = 0;

export type Leave = () => void;

/** Null when all are taken: then a room is polled. Each place is left once. */
export async function takePlace(host: string): Promise<Leave | null> {
  const { locks } = (globalThis as Partial<typeof globalThis>).navigator ?? {};
  if (!locks) return takeAlone();
  for (let number = 0; number < PLACES; number += 1) {
    const leave = await takeLock(locks, `inglenook:${host}:${number}`);
    if (leave) return leave;
  }
  return null;
}

function takeLock(locks: LockManager, name: string): Promise<Leave | null> {
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock) return new Promise<void>((leave) => resolve(leave));
        resolve(null);
        return undefined;
      })
      // A sandboxed frame may not ask.
      .catch(() => resolve(takeAlone()));
  });
}

function takeAlone(): Leave | null {
  if (taken >= PLACES_ALONE) return null;
  taken += 1;
  return () => {
    taken -= 1;
  };
}
