/** What went wrong, in the visitor's words: what happened and what to do. The owner's words go to the console. */

import type { Problem } from "../rooms/reduce.ts";
import type { Stop } from "../session/events.ts";
import type { Ui } from "./ui.ts";

export function problemText({ t }: Ui, problem: Problem | Stop): string {
  const { code, message, until } = problem;
  if (!("remedy" in problem)) return t(`error.${code}`) || message;
  if (code === "banned" && until) {
    const time = new Date(until).toLocaleString(t.lang, { dateStyle: "full", timeStyle: "short" });
    return t("stop.banned.until", { time });
  }
  return t(`stop.${code}`) || t(`stop.${problem.remedy}`) || t("stop.other");
}
