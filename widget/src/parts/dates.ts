/** Days and times in the visitor's language. */

import type { Texts } from "./texts.ts";

/**
 * Making one takes a hundred times as long as using it; no browser keeps one for a call with
 * options.
 */
const formats: Record<string, Intl.DateTimeFormat> = {};

/** A field that is undefined is left out. */
const written = ({ lang }: Texts, at: Date, options: object): string =>
  // biome-ignore lint/suspicious/noAssignInExpressions: two statements are thirty bytes more for every visitor.
  (formats[lang + JSON.stringify(options)] ??= new Intl.DateTimeFormat(lang, options)).format(at);

export const timeText = (t: Texts, at: Date) =>
  written(t, at, { hour: "numeric", minute: "2-digit" });

export const fullTimeText = (t: Texts, at: Date) =>
  written(t, at, { dateStyle: "full", timeStyle: "short" });

export function dayText(t: Texts, at: Date): string {
  const day = at.toDateString();
  const today = new Date();
  if (day === today.toDateString()) return t("log.today");
  today.setDate(today.getDate() - 1);
  if (day === today.toDateString()) return t("log.yesterday");
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  return written(t, at, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: isThisYear ? undefined : "numeric",
  });
}
