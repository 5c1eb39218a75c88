/**
 * Whether a soft sound says that somebody has answered: the visitor's choice on this device, for
 * all their tabs. The feature `noticing` makes the sound, and begins when it is switched on.
 */

import { Icon } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import { ICONS } from "./icons.ts";

/** `1` or `0`; nothing before a choice. Then it is as the tag says. */
const SOUND = "sound";

const isOn = ({ session, data }: Ui): boolean =>
  (session.store.get(SOUND) ?? (/\bsound\b/.test(data.notify ?? "") ? "1" : "0")) === "1";

export function SoundSwitch({ ui }: { readonly ui: Ui }) {
  const { t, session, data } = ui;
  // Where the site allows none there is nothing to switch.
  if (data.notify && !/\bsound\b/.test(data.notify)) return null;
  const checked = isOn(ui);
  return (
    <button
      type="button"
      role="switch"
      class="item sound"
      aria-checked={checked}
      onClick={() => {
        session.store.set(SOUND, checked ? "0" : "1");
        ui.refresh();
      }}
    >
      <Icon name={ICONS.sound} />
      <span>{t("sound.label")}</span>
      <span class="track" />
    </button>
  );
}
