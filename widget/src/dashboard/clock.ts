/**
 * Times of a stream by the reader's clock, in the words of dashboard/times.py. The server learns
 * the time zone by a cookie, so only the first page in a browser is drawn anew.
 */

const COOKIE = "inglenook_zone";
const KEPT_S = 180 * 24 * 60 * 60;
const DAY_MS = 24 * 60 * 60 * 1000;
/** "10:41" is another day's after midnight. */
const EVERY_MS = 60_000;

/** The time of day, and before it which day, where it is not today's. */
export function byClock(at: Date, now: Date, language: string): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, options).format(at);
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0) return time;
  if (days > 0 && days < 7) return `${format({ weekday: "short" })} ${time}`;
  const year = at.getFullYear() === now.getFullYear() ? "" : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${format({ month: "short" })}${year}, ${time}`;
}

const midnight = (day: Date) => new Date(day).setHours(0, 0, 0, 0);

export function startClock(): void {
  // Pages before signing in have none, and set no cookie.
  if (!document.querySelector(".workspace time[data-clock]")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (cookie() !== zone) {
    const safe = location.protocol === "https:" ? "; secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `${COOKIE}=${zone}; path=/dashboard/; max-age=${KEPT_S}; samesite=lax${safe}`;
    draw();
  }
  setInterval(draw, EVERY_MS);
}

const cookie = () => new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(document.cookie)?.[1];

function draw(): void {
  const { lang } = document.documentElement;
  const now = new Date();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    const words = byClock(new Date(time.dateTime), now, lang);
    if (words !== time.textContent) time.textContent = words;
  }
}
