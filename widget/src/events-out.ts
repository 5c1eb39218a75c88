/** What the page gets to see of what happens in a conversation: plain words, no state of ours. */

import type { EventName, SessionEvents } from "./session/events.ts";
import type { ChatView } from "./ui/chat-view.ts";

export type Detail = Readonly<Record<string, unknown>>;

type Shapers = {
  readonly [K in EventName]: (value: SessionEvents[K], me: string | undefined) => Detail;
};

const messageDetail: Shapers["message"] = ({ room, message }, me) => {
  const { seq, cid, at, body, deleted, author } = message;
  const { id, name, role } = author;
  return { room, seq, cid, at, body, deleted, author: { id, name, role }, own: id === me };
};
const asIs = (value: object): Detail => ({ ...value });

const SHAPERS: Shapers = {
  ready: ({ visitor, site }) => ({ id: visitor.id, name: visitor.name, site: site.name }),
  connection: ({ status, transport, retryAt, stop }) => ({
    state: status,
    transport,
    retryIn: retryAt === null ? null : Math.max(0, retryAt - Date.now()),
    reason: stop?.code ?? null,
  }),
  message: messageDetail,
  "message:received": messageDetail,
  "message:edited": messageDetail,
  "message:deleted": messageDetail,
  "message:sent": asIs,
  "message:failed": ({ room, cid, problem }) => ({
    room,
    cid,
    code: problem.code,
    message: problem.message,
  }),
  unread: asIs,
  typing: ({ room, who }) => ({ room, who: who.map(({ id, name }) => ({ id, name })) }),
  presence: asIs,
  identity: asIs,
  "rate-limited": ({ room, code, retryAfterMs }) => ({ room, code, retryAfter: retryAfterMs }),
  banned: asIs,
  error: ({ code, message, hint }) => ({ code, message, hint }),
};

export const EVENT_NAMES = Object.keys(SHAPERS) as readonly EventName[];

export function detailOf<K extends EventName>(
  view: ChatView,
  name: K,
  value: SessionEvents[K],
): Detail {
  return SHAPERS[name](value, view.session()?.snapshot().visitor?.id);
}
