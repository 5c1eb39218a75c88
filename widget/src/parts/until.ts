/** Until when something is closed. */

import type { Texts } from "./texts.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const midnight = (at: Date) => new Date(at).setHours(0, 0, 0, 0);

/** “tomorrow, 09:00”; beyond that the day itself. */
export function untilText({ lang }: Texts, at: Date): string {
  const written = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(lang, options).format(at);
  const days = Math.round((midnight(at) - midnight(new Date())) / DAY_MS);
  const day =
    days === 0 || days === 1
      ? new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(days, "day")
      : written({ month: "long", day: "numeric" });
  return `${day}, ${written({ timeStyle: "short" })}`;
}
