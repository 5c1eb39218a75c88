/** The rules that the first second does without, a file of their own; `addRules` puts them to the others, once a page. */

import { ask, change, forget, hooks, rules, SYNC_DELAY_MS } from "./core.ts";
import { applyHistory, askOlder, dropExpired, stopPaging, trim } from "./paging.ts";
import type { ErrorFrame, PresenceFrame } from "./protocol.ts";
import type { Draft } from "./state-types.ts";
import type { Message } from "./timeline.ts";
import {
  announceSent,
  applyNack,
  applyRefused,
  dropPending,
  failPending,
  mergeHeld,
  slowDown,
} from "./waiting.ts";

/** Who goes on is repeated every three seconds, and nobody is shown for four who has stopped. */
export const TYPING_SHOWN_MS = 3600;
/** Who came and went is kept for a list of names only so far. */
const MAX_PEOPLE = 50;
const RETRY_ASK_MS = 1000;

export function addRules(): void {
  const { ack } = rules;
  if (rules.nack) return;
  Object.assign(hooks, { news: announce, info: dropExpired, sent: announceSent, held: mergeHeld });
  Object.assign(rules, {
    ack(draft, frame) {
      const isMine = draft.pending.some(({ cid }) => cid === frame.cid);
      ack?.(draft, frame);
      if (isMine) slowDown(draft, frame);
    },
    nack: applyNack,
    refused: (draft, { cid, message }) => applyRefused(draft, cid, message),
    told: (draft, { entry }) => change(draft, entry.cid, entry),
    drop: (draft, { cid }) => dropPending(draft, cid),
    fail: (draft, { cid, problem }) => failPending(draft, cid, problem),
    history: applyHistory,
    older: askOlder,
    trim: (draft, { groups }) => trim(draft, groups),
    unanswered(draft, { before }) {
      if (draft.paging === before) stopPaging(draft);
    },
    typing(draft, { who }) {
      draft.typing = who.filter(({ id }) => id !== draft.me?.id);
      draft.typingUntil = draft.now + TYPING_SHOWN_MS;
    },
    quiet(draft) {
      if (draft.typing.length && draft.now >= draft.typingUntil) draft.typing = [];
    },
    presence: applyPresence,
    error: applyError,
    head: (draft, { epoch, head }) => compareHead(draft, epoch, head),
  } satisfies typeof rules);
}

/** A change of an old message is no news, also where it is seen for the first time. */
function announce(draft: Draft, message: Message, known: Message | undefined): void {
  const { id } = message.author;
  const tell = (event: "message" | `message:${"received" | "edited" | "deleted"}`) =>
    draft.effects.push({ kind: "tell", event, value: { room: draft.room, message } });
  if (draft.typing.some((person) => person.id === id))
    draft.typing = draft.typing.filter((person) => person.id !== id);
  if (message.deleted) {
    if (known && !known.deleted) tell("message:deleted");
  } else if (known) {
    if (known.edited_at !== message.edited_at) tell("message:edited");
  } else if (message.seq > draft.since) {
    tell("message");
    if (id !== draft.me?.id) tell("message:received");
  }
}

function compareHead(draft: Draft, epoch: string, head: number): void {
  if (draft.epoch === null) return;
  if (epoch !== draft.epoch || head < draft.since) {
    forget(draft);
    ask(draft, 0);
  } else if (head > draft.since) {
    draft.gap = Math.max(draft.gap, head);
    ask(draft, SYNC_DELAY_MS);
  }
}

function applyPresence(draft: Draft, { online, joined = [], left = [] }: PresenceFrame): void {
  draft.online = online;
  if (!joined.length && !left.length) return;
  const gone = new Set([...left, ...joined].map(({ id }) => id));
  const stay = draft.people.filter(({ id }) => !gone.has(id));
  draft.people = [...stay, ...joined].slice(-MAX_PEOPLE);
}

function applyError(draft: Draft, { code, message, re, retry_ms }: ErrorFrame): void {
  if (re === "history") return stopPaging(draft);
  if (re ? !["sync", "join", "hello"].includes(re) : !draft.asking) return;
  draft.asking = false;
  if (["not_found", "forbidden", "invalid", "banned"].includes(code))
    draft.problem = { code, message };
  else ask(draft, retry_ms ?? RETRY_ASK_MS);
}
