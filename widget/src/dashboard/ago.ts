/** "2 minutes ago" and "2 min" go on counting while a page stays open, in the words of times.py. */

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

/**
 * The same in as few letters as a list has room for. `words` are the page's: now, minutes, hours,
 * then one for each of the next six days.
 */
export function shortlyAgo(seconds: number, words: readonly string[]): string | null {
  const [now = "", minutes = "", hours = "", ...days] = words;
  if (seconds < MINUTE_S) return now;
  if (seconds < HOUR_S) return minutes.replace("%d", `${Math.floor(seconds / MINUTE_S)}`);
  if (seconds < DAY_S) return hours.replace("%d", `${Math.floor(seconds / HOUR_S)}`);
  return days[Math.floor(seconds / DAY_S) - 1] ?? null;
}

export function startAgo(): void {
  const { lang } = document.documentElement;
  const { justNow = "", shortly = "" } = document.body.dataset;
  const short = shortly.split("|");
  setInterval(() => {
    draw("time[data-ago]", (seconds) => ago(seconds, lang, justNow));
    draw("time[data-short-ago]", (seconds) => shortlyAgo(seconds, short));
  }, EVERY_MS);
}

function draw(selector: string, wordsFor: (seconds: number) => string | null): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>(selector)) {
    const words = wordsFor((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (words && words !== time.textContent) time.textContent = words;
  }
}
