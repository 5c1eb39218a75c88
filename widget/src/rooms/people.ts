/** Who is here and who is typing: of the moment, and best effort. */

import type { PresenceFrame, TypingFrame } from "../protocol/frames.ts";
import type { Draft } from "./state.ts";

/**
 * The server repeats every three seconds who goes on; who has stopped is shown for less than four.
 */
const TYPING_SHOWN_MS = 3600;
/** The list of names keeps so many of those who came. */
const MAX_PEOPLE = 50;

export function applyTyping(draft: Draft, { who }: TypingFrame): void {
  draft.typing = who.filter(({ id }) => id !== draft.me?.id);
  draft.typingUntil = draft.now + TYPING_SHOWN_MS;
}

/** Nobody types any more, where the last word about it is old. */
export function quiet(draft: Draft): void {
  if (draft.typing.length && draft.now >= draft.typingUntil) draft.typing = [];
}

export function applyPresence(
  draft: Draft,
  { online, joined = [], left = [] }: PresenceFrame,
): void {
  draft.online = online;
  if (!joined.length && !left.length) return;
  const gone = new Set([...left, ...joined].map(({ id }) => id));
  const stay = draft.people.filter(({ id }) => !gone.has(id));
  draft.people = [...stay, ...joined].slice(-MAX_PEOPLE);
}
