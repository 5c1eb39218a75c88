/** Days and times in the visitor's language. Browsers keep the formatters that these calls need. */

import type { Texts } from "./texts.ts";

export function timeText({ lang }: Texts, at: Date): string {
  return at.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
}

export function fullTimeText({ lang }: Texts, at: Date): string {
  return at.toLocaleString(lang, { dateStyle: "full", timeStyle: "short" });
}

export function dayText(t: Texts, at: Date): string {
  const day = at.toDateString();
  const today = new Date();
  if (day === today.toDateString()) return t("log.today");
  today.setDate(today.getDate() - 1);
  if (day === today.toDateString()) return t("log.yesterday");
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : ("numeric" as const);
  return at.toLocaleDateString(t.lang, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(year && { year }),
  });
}
