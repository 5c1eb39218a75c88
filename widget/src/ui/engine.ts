/**
 * What the engine's file holds: the engine of the conversations, and the parts of the panel that
 * draw messages, because there are none before it.
 *
 * Like the views of features they take the code that the panel has as well from parts/parts.ts
 * alone.
 */

export { openSession } from "../session/session.ts";
export { Announcer } from "./announcer.tsx";
export { MessageList } from "./message-list.tsx";
