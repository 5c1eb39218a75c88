/** "2 minutes ago" goes on counting while a page stays open, in the words of times.py. */

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const EVERY_MS = 30_000;

/** The words for so many seconds; null for a moment so old that the server wrote its date. */
export function ago(seconds: number, language: string, justNow: string): string | null {
  const words = new Intl.RelativeTimeFormat(language);
  if (seconds < MINUTE_S) return justNow;
  if (seconds < HOUR_S) return words.format(-Math.floor(seconds / MINUTE_S), "minute");
  if (seconds < DAY_S) return words.format(-Math.floor(seconds / HOUR_S), "hour");
  return seconds < 7 * DAY_S ? words.format(-Math.floor(seconds / DAY_S), "day") : null;
}

export function startAgo(): void {
  const { lang } = document.documentElement;
  const { justNow = "" } = document.body.dataset;
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const words = ago((Date.now() - Date.parse(time.dateTime)) / 1000, lang, justNow);
      if (words && words !== time.textContent) time.textContent = words;
    }
  }, EVERY_MS);
}
