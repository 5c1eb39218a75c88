/**
 * What the site allows of `data-notify`, and what the visitor has chosen on this device.
 *
 *   title   the count before the title        icon    a dot on the page's icon
 *   card    a card beside the launcher        sound   a soft sound, until the visitor says no
 *   alert   the offer of a notification       mail    the card that takes an e-mail address
 *   none    nothing of all this
 *
 * An empty `data-notify` allows all but the sound, which is off until the visitor chooses it.
 */

import type { Ui } from "../../parts/ui.ts";

export type Way = "title" | "icon" | "card" | "sound" | "alert" | "mail";

type Data = Ui["data"];

/** Whether the tag names it. */
export const isNamed = ({ notify }: Data, way: Way): boolean =>
  notify?.split(/\s+/).includes(way) === true;

export const isAllowed = (data: Data, way: Way): boolean => !data.notify || isNamed(data, way);

/** `1` or `0`, as the visitor chose; nothing before that. The name editor has the switch. */
const SOUND = "sound";

export const isSoundOn = ({ session, data }: Ui): boolean =>
  (session.store.get(SOUND) ?? (isNamed(data, "sound") ? "1" : "0")) === "1";

/** `1` where the visitor wants to be told, `0` where not; nothing while nobody has asked. */
const TELL = "tell";

export const isTold = ({ session }: Ui): boolean => session.store.get(TELL) === "1";
export const hasDecided = ({ session }: Ui): boolean => session.store.get(TELL) !== null;
export const decide = ({ session }: Ui, wants: boolean): void =>
  session.store.set(TELL, wants ? "1" : "0");
