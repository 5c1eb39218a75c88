/** Whether a visitor has waited for the team long enough to be offered another way. */

import type { PartProps } from "../../parts/props.ts";
import { waitingMessage } from "./answers.ts";

/** So long nobody has answered; sooner where the visitor has left. */
const WAIT_MS = 60_000;

/** When the visitor last closed the chat or went to another tab. */
let leftAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export const noteLeaving = (): void => {
  leftAt = Date.now();
};

export const forgetWaiting = (): void => clearTimeout(timer);

/**
 * `no`: nobody waits here, or somebody has answered. What is drawn is drawn again when the time is
 * up.
 */
export function waits({ ui, snapshot, room }: PartProps): "no" | "soon" | "long" {
  const message = ui.team ? undefined : waitingMessage(ui, room);
  if (!message) return "no";
  const writtenAt = Date.parse(message.at) - snapshot.clockOffsetMs;
  const left = writtenAt + WAIT_MS - Date.now();
  if (left <= 0 || leftAt > writtenAt) return "long";
  clearTimeout(timer);
  timer = setTimeout(ui.refresh, left);
  return "soon";
}
