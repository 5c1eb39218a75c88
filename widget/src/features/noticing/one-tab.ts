/**
 * Of several tabs one notices. Each waits as long as it is far from the visitor's eyes, then takes
 * the lock of the message; whoever has it says something, or knows that it is being read.
 *
 *   the room before them ─► at once: nothing has to be said      another window ─► 150 ms
 *   this page before them ─► 50 ms: a card, a sound              a hidden tab   ─► 300 ms
 */

const APART_MS = 150;
const NEAR_MS = 50;
/** Tabs that sleep take part with a delay of a second or more. */
const HELD_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True in one tab for each `name`. Without locks (no secure context) in each. */
export async function isTheOne(name: string, isRead: boolean): Promise<boolean> {
  if (!isRead)
    await pause(document.hidden ? 2 * APART_MS : document.hasFocus() ? NEAR_MS : APART_MS);
  const { locks } = navigator;
  if (!locks) return true;
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? pause(HELD_MS) : undefined;
      })
      .catch(() => resolve(true));
  });
}
