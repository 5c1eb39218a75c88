/** What waits for the visitor outside of the room that is shown; see `Session.heeds`. */

import type { Ui } from "../parts/ui.ts";

const MOST = 99;
export const badgeText = (n: number): string => (n > MOST ? `${MOST}+` : `${n}`);

export function unreadInOtherRooms({ session, room }: Ui): number {
  const shown = session.room(room)?.room;
  return session
    .snapshot()
    .rooms.filter(({ slug }) => slug !== shown && session.heeds(slug))
    .reduce((sum, { unread }) => sum + unread, 0);
}
