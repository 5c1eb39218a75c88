/** The line below the field: why one can't write, when one can again, how much is left. */

import { bringWords, problemWords } from "../parts/problems.ts";
import type { Hint, PanelProps } from "../parts/props.ts";
import { secondsUntil, type Ui } from "../parts/ui.ts";

/** The counter appears when no more of the limit is left than this share. */
const COUNTER_BELOW = 0.2;

/** Until when, where the server says it: of a mute, a ban, a lock. */
function closedText(ui: Ui, closed: string, until: string | null | undefined): string {
  const { t } = ui;
  bringWords(ui);
  const time = until && problemWords.here?.untilText(t, new Date(until));
  return (time && t(`composer.${closed}.until`, { time })) || t(`composer.${closed}`);
}

export function hint({ ui, room, snapshot }: PanelProps, closed: string, left: number): Hint {
  const { t } = ui;
  const wait = secondsUntil(room?.notBefore);
  const isNear = left < snapshot.limits.body_chars * COUNTER_BELOW;
  if (wait || isNear) bringWords(ui);
  const text = closed
    ? closedText(ui, closed, room?.may?.until)
    : wait
      ? t("composer.wait", { n: wait })
      : left < 0
        ? t("composer.over", { n: -left })
        : isNear
          ? t("composer.left", { n: left })
          : "";
  return { text, isBad: left < 0 };
}
