/** What the second half, endure.ts, shares with the first; see kit.ts. */

export { Refused, request } from "./api.ts";
export { newCid } from "./cid.ts";
export { hooks } from "./hooks.ts";
export { toJson } from "./json.ts";
export { applyMessage, ask, forget, SYNC_DELAY_MS, toMessage } from "./live.ts";
export { change, find, newPending, resolveByMessage } from "./pending.ts";
export { rules } from "./state.ts";
export { BY_HTTP, OUTBOX } from "./storage.ts";
export { groupOf } from "./timeline.ts";
export { parseFrames } from "./transport/transport.ts";
