/** Why a message of mine must not be sent by itself. */

import type { Problem } from "../protocol/codes.ts";
import { toJson } from "../protocol/json.ts";
import type { Pending } from "../rooms/state.ts";
import { MAX_AGE_MS } from "./outbox-storage.ts";

const OTHER_VISITOR: Problem = {
  code: "identity",
  message: "You are somebody new to this chat since. Send it under your new name?",
};
const TOO_OLD: Problem = {
  code: "aged",
  message: "This message waited for more than a day. Send it again?",
};
const TOO_LONG: Problem = { code: "too_long", message: "This message is too long." };

export function whyNotToSend(
  { cid, at, body, written }: Pending,
  room: string,
  me: string | null,
  frameBytes: number,
): Problem | null {
  // The server may have it under the other name: sending it by itself could double it.
  if (written && written !== me) return OTHER_VISITOR;
  if (Date.now() - at > MAX_AGE_MS) return TOO_OLD;
  // The server could not even read its `cid`, and closes after a few of them.
  const frame = toJson({ type: "send", cid, room, body });
  return new Blob([frame]).size > frameBytes ? TOO_LONG : null;
}
