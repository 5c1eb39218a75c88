/** One message, and one of mine that has no place yet. */

import type { ComponentChildren } from "preact";
import { filesView } from "../features/files/files.ts";
import { previewsView } from "../features/previews/previews.ts";
import type { IconName } from "../parts/icons.tsx";
import {
  dayText,
  Face,
  fullTimeText,
  Icon,
  isTeam,
  plainText,
  timeText,
  voiceOf,
} from "../parts/parts.ts";
import type { Ui } from "../parts/ui.ts";
import type { Attachment } from "../protocol/frames.ts";
import type { Message, Pending } from "../rooms/reduce.ts";
import { Below } from "./message-files.tsx";
import { messageText } from "./message-text.tsx";
import { Remedy } from "./remedy.tsx";
import { type Row, shownAsSent } from "./rows.ts";

const ICONS: Readonly<Record<string, IconName>> = {
  sent: "check",
  failed: "warn",
  refused: "warn",
};

/** How a message of mine stands: the word first. */
const stateLine = (status: string, word: string, rest: ComponentChildren) => (
  <div class={`state ${status}`}>
    <Icon name={ICONS[status] ?? "clock"} />
    <b>{word}</b>
    {rest}
  </div>
);

const files = (ui: Ui, attachments: readonly Attachment[]) =>
  attachments[0] && <Below file={filesView} ui={ui} attachments={attachments} />;

/** What it answers: by whom, and how that begins. It leads there; message-tools knows the way. */
function quote({ t }: Ui, seq: number, quoted: Message | undefined) {
  const { author, deleted } = quoted ?? {};
  return (
    <button type="button" class="quote" data-quotes={seq}>
      {author && (
        <b class={isTeam(author) ? "" : voiceOf(author.id)} dir="auto" translate={false}>
          {author.name || t("message.someone")}
        </b>
      )}
      <span dir="auto">
        {deleted
          ? t("message.deleted")
          : quoted
            ? plainText(quoted).split("\n")[0]
            : t("message.earlier")}
      </span>
    </button>
  );
}

/** Each can be pressed; message-tools does it. */
const reactionChips = ({ mine, reactions }: Message) => (
  <div class="reactions">
    {Object.entries(reactions).map(([emoji, n]) => (
      <button
        type="button"
        key={emoji}
        class={mine.includes(emoji) ? "chip mine" : "chip"}
        aria-pressed={mine.includes(emoji)}
        data-emoji={emoji}
      >
        <span>{emoji}</span> <span>{n}</span>
      </button>
    ))}
  </div>
);

function head({ t, me }: Ui, { message, at }: Row, hasTime: boolean) {
  const { author } = message;
  if (author.id === me) return <b class="hidden">{t("message.you")}</b>;
  const role = t(`role.${author.role}`);
  return (
    <>
      <Face {...author} />
      <div class="head">
        <b class={isTeam(author) ? "" : voiceOf(author.id)} dir="auto" translate={false}>
          {author.name || t("message.someone")}
        </b>
        {role && <span class="badge">{role}</span>}
        {timeOf(t, message, at, hasTime)}
      </div>
    </>
  );
}

const timeOf = (t: Ui["t"], { at: written }: Message, at: Date, hasTime: boolean) => (
  <time dateTime={written} title={hasTime ? fullTimeText(t, at) : undefined}>
    {hasTime && timeText(t, at)}
  </time>
);

/**
 * `hasTime`: whether its time is drawn now. `quoted`: what it answers, where that is here.
 * `isSeen`: whether the team has read it.
 */
export function messageRow(
  ui: Ui,
  row: Row,
  hasTime: boolean,
  quoted: Message | undefined,
  isSeen: boolean,
) {
  const { t, me } = ui;
  const { message, at, isMine, hasHead, startsDay, isFirstNew, isLast } = row;
  const {
    attachments,
    author,
    body,
    deleted,
    edited_at,
    entities,
    previews,
    reactions,
    reply_to,
    seq,
  } = message;
  const kind = isMine ? "mine" : isTeam(author) ? "other team" : "other";
  const isToMe = me && entities.some(({ id }) => id === me);
  const edited = edited_at && !deleted && <span class="soft">{t("message.edited")}</span>;
  return (
    <div>
      {startsDay && (
        <div class="day">
          <span>{dayText(t, at)}</span>
        </div>
      )}
      {isFirstNew && (
        <div class="day new">
          <span>{t("log.new")}</span>
        </div>
      )}
      <div class={`message ${kind}${hasHead ? " first" : ""}`} data-seq={seq}>
        {hasHead && head(ui, row, hasTime)}
        {/* An extension may put its translation beside ours: it goes with its words. */}
        <div
          key={deleted ? "" : body}
          class={`bubble${deleted ? " gone" : isToMe ? " to-me" : ""}`}
        >
          {!deleted && reply_to && quote(ui, reply_to, quoted)}
          {deleted ? (
            <span>{t("message.deleted")}</span>
          ) : (
            body && messageText(t, body, entities, me)
          )}
          {files(ui, attachments)}
          {previews?.[0] && <Below file={previewsView} ui={ui} previews={previews} />}
          {!isMine && edited}
        </div>
        {Object.keys(reactions).length > 0 && reactionChips(message)}
        {isMine &&
          !deleted &&
          (isLast || edited) &&
          stateLine(
            "sent",
            t(`message.${isSeen ? "seen" : "sent"}`),
            <>
              {timeOf(t, message, at, hasTime)}
              {edited}
            </>,
          )}
      </div>
    </div>
  );
}

/** Sending, waiting for the network, sent, waiting for approval, refused, or failed. */
export function pendingRow(
  ui: Ui,
  pending: Pending,
  isOffline: boolean,
  quoted: Message | undefined,
) {
  const { attachments, cid, body, entities, reply_to } = pending;
  const status = shownAsSent(pending) ? "sent" : pending.status;
  // Nothing is on its way without a network.
  const word = isOffline && /ing/.test(status) ? "waiting" : status;
  return (
    <div key={cid} class={`message mine first ${status}`}>
      <div class="bubble">
        {reply_to && quote(ui, reply_to, quoted)}
        {body && messageText(ui.t, body, entities, undefined)}
        {files(ui, attachments)}
      </div>
      {stateLine(status, ui.t(`message.${word}`), <Remedy ui={ui} pending={pending} />)}
    </div>
  );
}
