/**
 * What went wrong, in the visitor's words: what happened and what to do. The owner's words go to
 * the console.
 */

import type { Problem } from "../rooms/reduce.ts";
import type { Stop } from "../session/events.ts";
import { fullTimeText } from "./dates.ts";
import type { Ui } from "./ui.ts";

export function problemText({ t }: Ui, problem: Problem | Stop): string {
  const { code, message, until } = problem;
  const kind = "remedy" in problem ? "stop" : "error";
  const time = until && fullTimeText(t, new Date(until));
  const timed = time && t(`${kind}.${code}.until`, { time });
  if (timed) return timed;
  if (!("remedy" in problem)) return t(`error.${code}`) || message;
  return t(`stop.${code}`) || t(`stop.${problem.remedy}`) || t("stop.other");
}
