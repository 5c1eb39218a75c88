/** Every code and close code of the wire: one list for both languages and for HTTP. */

export type Code =
  | "bad_json"
  | "bad_frame"
  | "unknown_type"
  | "too_deep"
  | "binary_not_supported"
  | "hello_required"
  | "invalid"
  | "invalid_token"
  | "token_expired"
  | "origin_not_allowed"
  | "site_disabled"
  | "forbidden"
  | "muted"
  | "banned"
  | "not_found"
  | "room_locked"
  | "room_archived"
  | "too_late"
  | "too_large"
  | "unsupported_media_type"
  | "empty"
  | "too_long"
  | "invalid_text"
  | "blocked_word"
  | "blocked_link"
  | "reserved"
  | "rate"
  | "slow_mode"
  | "internal"
  | "unavailable";

/** Why something did not work, in words for the person who meets it. */
export interface Problem {
  /** The last five are ours; the rest are the protocol's. */
  readonly code: Code | "aged" | "identity" | "timeout" | "network" | "stopped";
  readonly message: string;
  readonly hint?: string;
  readonly field?: string;
  readonly until?: string | null;
}

/** The HTTP status of each code. */
export const HTTP_STATUS: Readonly<Record<Code, number>> = {
  bad_json: 400,
  bad_frame: 400,
  unknown_type: 400,
  too_deep: 400,
  binary_not_supported: 400,
  hello_required: 400,
  invalid: 400,
  invalid_token: 401,
  token_expired: 401,
  origin_not_allowed: 403,
  site_disabled: 403,
  forbidden: 403,
  muted: 403,
  banned: 403,
  not_found: 404,
  room_locked: 409,
  room_archived: 409,
  too_late: 409,
  too_large: 413,
  unsupported_media_type: 415,
  empty: 422,
  too_long: 422,
  invalid_text: 422,
  blocked_word: 422,
  blocked_link: 422,
  reserved: 422,
  rate: 429,
  slow_mode: 429,
  internal: 500,
  unavailable: 503,
};

/** The names of the close codes; what this side does after each is in connection/close-codes.ts. */
export const CLOSE_NAMES: Readonly<Record<number, string>> = {
  1000: "normal",
  1001: "going_away",
  1006: "lost",
  1011: "lost",
  1012: "restart",
  1013: "try_again_later",
  4000: "no_pong",
  4001: "slow_consumer",
  4002: "resync",
  4003: "token_expired",
  4004: "unavailable",
  4005: "hello_timeout",
  4500: "bad_protocol",
  4501: "unsupported_version",
  4502: "invalid_token",
  4503: "key_revoked",
  4504: "banned",
  4505: "origin_revoked",
  4506: "connection_limit",
  4507: "flood",
  4508: "forbidden",
};
