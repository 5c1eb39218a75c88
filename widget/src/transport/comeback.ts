/** What a close code means for this side: pure, and the only reader of the table. */

import { CLOSE_CODES, type Close } from "../protocol.ts";
import type { Stop } from "./transport.ts";

/** 4000-4499 come back and 4500-4999 do not, also those that are not known yet. */
export function meaningOf(code: number): Close {
  const known = CLOSE_CODES.get(code);
  return known ?? { name: "unknown", comeback: code >= 4500 && code < 5000 ? "stop" : "backoff" };
}

/** Words for those that stay away; views may translate by `code`. */
const WORDS: ReadonlyMap<number, Pick<Stop, "code" | "message" | "remedy">> = new Map([
  [
    4501,
    {
      code: "stopped",
      message: "The chat was updated. Reload the page to go on.",
      remedy: "reload",
    },
  ],
  [4502, { code: "invalid_token", message: "The chat could not recognise you.", remedy: "none" }],
  [4503, { code: "site_disabled", message: "This chat was switched off.", remedy: "hide" }],
  [4504, { code: "banned", message: "You can't take part in this chat.", remedy: "none" }],
  [
    4505,
    {
      code: "origin_not_allowed",
      message: "This page may no longer use the chat.",
      remedy: "none",
    },
  ],
  [4506, { code: "rate", message: "The chat is open in too many tabs.", remedy: "focus" }],
  [4507, { code: "rate", message: "Too much at once. The chat takes a break.", remedy: "none" }],
  [4508, { code: "forbidden", message: "You may no longer see these rooms.", remedy: "none" }],
]);

export function stopFor(code: number): Stop {
  const words = WORDS.get(code);
  return (
    words ?? { code: "stopped", message: "The chat was closed by the server.", remedy: "none" }
  );
}
