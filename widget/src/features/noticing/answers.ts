/** Which messages are for the visitor: an answer, a mention, anything in their own line. Pure. */

import { isIgnored } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Message, RoomState } from "../../rooms/reduce.ts";

const messagesOf = ({ groups }: RoomState): readonly Message[] =>
  groups.flatMap(({ messages }) => messages);

export const messageAt = (room: RoomState | null, seq: number): Message | undefined =>
  room ? messagesOf(room).find((message) => message.seq === seq) : undefined;

const names = ({ entities }: Message, who: string): boolean =>
  entities.some(({ kind, id }) => kind === "mention" && id === who);

export function isForVisitor(ui: Ui, room: RoomState, message: Message): boolean {
  const { me } = ui;
  const { author, deleted, reply_to } = message;
  if (!me || deleted || author.id === me || isIgnored(ui, author.id)) return false;
  const answered = reply_to === null ? undefined : messageAt(room, reply_to);
  return room.info?.kind === "private" || names(message, me) || answered?.author.id === me;
}

/** The newest that is for the visitor, and not read yet. */
export const unreadAnswer = (ui: Ui, room: RoomState): Message | undefined =>
  room.unread
    ? messagesOf(room)
        .filter((one) => one.seq > room.seen && isForVisitor(ui, room, one))
        .at(-1)
    : undefined;

/** Whether somebody has named the visitor in what they have not read. */
export const isNamedUnread = ({ me }: Ui, room: RoomState | null): boolean =>
  !!me && !!room?.unread && messagesOf(room).some((one) => one.seq > room.seen && names(one, me));

/** The visitor's own last message in their line to the team, while nobody has answered it. */
export function waitingMessage({ me }: Ui, room: RoomState | null): Message | undefined {
  if (room?.info?.kind !== "private" || room.pending.length) return undefined;
  const last = messagesOf(room)
    .filter(({ deleted }) => !deleted)
    .at(-1);
  return last && last.author.id === me ? last : undefined;
}
