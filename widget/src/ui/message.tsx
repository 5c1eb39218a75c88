/** One message, and one of mine that has no place yet. */

import type { ComponentChildren } from "preact";
import { dayText, fullTimeText, h, Icon, timeText } from "../parts/parts.ts";
import type { Ui } from "../parts/ui.ts";
import type { Attachment, Entity } from "../protocol/frames.ts";
import type { Pending } from "../rooms/reduce.ts";
import { shownAsSent } from "./as-sent.ts";
import { MessageFiles } from "./message-files.tsx";
import { Remedy } from "./remedy.tsx";
import type { Row } from "./rows.ts";
import { type Piece, toPieces } from "./text.ts";

/** Each run of text has an element of its own: see in-place.ts. */
function node(piece: Piece, me: string | undefined): ComponentChildren {
  if (typeof piece === "string") return <span>{piece}</span>;
  const { kind, url, id, pieces } = piece;
  const inner = pieces.map((part) => node(part, me));
  if (kind === "link")
    return (
      <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc">
        {inner}
      </a>
    );
  if (kind === "mention")
    return <span class={id && id === me ? "mention me" : "mention"}>{inner}</span>;
  return h({ bold: "strong", italic: "em", code: "code" }[kind], null, inner);
}

const text = (body: string, entities: readonly Entity[], me: string | undefined) => (
  <div class="text" dir="auto">
    {toPieces(body, entities).map((piece) => node(piece, me))}
  </div>
);

function files(ui: Ui, attachments: readonly Attachment[]) {
  if (!attachments.length) return null;
  const isPrivate = ui.session.room(ui.room)?.info?.kind === "private";
  return <MessageFiles ui={ui} attachments={attachments} isPrivate={isPrivate} />;
}

/** `hasTime`: whether its time is drawn now. */
export function messageRow(ui: Ui, row: Row, hasTime: boolean) {
  const { t, me, team } = ui;
  const { message, at, isMine, hasHead, startsDay, isFirstNew } = row;
  const { attachments, author, body, deleted, edited_at, entities, mine, reactions, seq } = message;
  const role = t(`role.${author.role}`);
  const counts = Object.entries(reactions);
  return (
    <div key={seq}>
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
      <div class={`message${isMine ? " mine" : ""}${hasHead ? " first" : ""}`} data-seq={seq}>
        {hasHead && (
          <div class="head">
            <b class={isMine ? "hidden" : ""} dir="auto" translate={false}>
              {isMine ? t("message.you") : author.name || t("message.someone")}
            </b>
            {role && !isMine && <span class="badge">{role}</span>}
            <time dateTime={message.at} title={hasTime ? fullTimeText(t, at) : undefined}>
              {hasTime && timeText(t, at)}
            </time>
          </div>
        )}
        {/* An extension may put its translation beside ours: it goes with its words. */}
        <div key={deleted ? "" : body} class={deleted ? "bubble gone" : "bubble"}>
          {deleted ? <span>{t("message.deleted")}</span> : body && text(body, entities, me)}
          {files(ui, attachments)}
          {edited_at && !deleted && <span class="soft">{t("message.edited")}</span>}
        </div>
        {team && (
          <button
            type="button"
            class="plain acts"
            aria-label={t("team.acts", { name: author.name || t("message.someone") })}
            onClick={() => team.acts(seq)}
          >
            <Icon name="more" />
          </button>
        )}
        {counts.length > 0 && (
          <div class="reactions">
            {counts.map(([emoji, n]) => (
              <span key={emoji} class={mine.includes(emoji) ? "mine" : ""}>
                <span>{emoji}</span> <span>{n}</span>
              </span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

/** Sending, waiting for the network, sent, waiting for approval, refused, or failed. */
export function pendingRow(ui: Ui, pending: Pending, isOffline: boolean) {
  const { cid, body, entities } = pending;
  const status = shownAsSent(pending) ? "sent" : pending.status;
  // Nothing is on its way without a network.
  const word = isOffline && status === "sending" ? "waiting" : status;
  return (
    <div key={cid} class={`message mine first ${status}`}>
      <div class="bubble">
        {body && text(body, entities, undefined)}
        {files(ui, pending.attachments)}
      </div>
      <div class="head">
        <span>{ui.t(`message.${word}`)}</span>
        <Remedy ui={ui} pending={pending} />
      </div>
    </div>
  );
}
