/** What waits for the visitor outside of the room that is shown; see HEEDS. */

import { HEEDS } from "../storage.ts";
import type { Ui } from "./ui.ts";

export function unreadElsewhere({ session, room }: Ui): number {
  const shown = session.room(room)?.room;
  const heeds = session.store.get(HEEDS) ?? "";
  return session
    .snapshot()
    .rooms.filter(({ slug }) => slug !== shown && heeds.includes(` ${slug} `))
    .reduce((sum, { unread }) => sum + unread, 0);
}
