/**
 * What went wrong, in the visitor's words: what happened and what to do. The owner's words go to
 * the console.
 */

import type { Problem } from "../rooms/reduce.ts";
import type { Stop } from "../session/events.ts";
import { fullTimeText } from "./dates.ts";
import { LazyFile } from "./lazy-file.ts";
import type { Ui } from "./ui.ts";

/**
 * The sentences in English, also of rooms that are closed, and how those stand in the place of the
 * composer: most chats never need one. Other languages have the sentences at once.
 */
export const problemWords = new LazyFile(() => import("./problem-words.ts"));

/** What was said until the sentences are here is said anew. */
export function bringWords({ t, addStyles, refresh }: Ui): void {
  const { here } = problemWords;
  if (here) {
    t.add(here.words);
    addStyles(here.styles);
  } else problemWords.fetch().then(refresh, () => {});
}

export function problemText(ui: Ui, problem: Problem | Stop): string {
  const { t } = ui;
  const { code, message, until } = problem;
  bringWords(ui);
  const kind = "remedy" in problem ? "stop" : "error";
  const time = until && fullTimeText(t, new Date(until));
  const timed = time && t(`${kind}.${code}.until`, { time });
  if (timed) return timed;
  if (!("remedy" in problem)) return t(`error.${code}`) || message;
  return t(`stop.${code}`) || t(`stop.${problem.remedy}`) || t("stop.other");
}
