/** What waits for the visitor outside of the room that is shown. */

import { unreadIn } from "../heeds.ts";
import type { Ui } from "./ui.ts";

const MOST = 99;
export const badgeText = (n: number): string => (n > MOST ? `${MOST}+` : `${n}`);

export function unreadElsewhere({ session, room }: Ui): number {
  const shown = session.room(room)?.room;
  return unreadIn(
    session.store,
    session.snapshot().rooms.filter(({ slug }) => slug !== shown),
  );
}
