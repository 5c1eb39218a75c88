/** The whole chat: header, notices, messages, composer. Parts that are not here yet leave their place, or a plain one. */

import type { Snapshot } from "../session.ts";
import type { RoomState } from "../state.ts";
import { Composer } from "./composer.tsx";
import { extras } from "./extras.ts";
import { Icon } from "./icons.tsx";
import "./in-place.ts";
import { MessageList } from "./message-list.tsx";
import type { Ui } from "./ui.ts";

export interface PanelProps {
  readonly ui: Ui;
  readonly snapshot: Snapshot;
  readonly room: RoomState | null;
  readonly isDialog: boolean;
  readonly canSwitch: boolean;
  /** Where the composer puts itself, for text that the page gives. */
  readonly composer: { current: Composer | null };
  onRoom(slug: string): void;
  onClose(): void;
}

export function Panel(props: PanelProps) {
  const { ui, snapshot, room, isDialog, onClose } = props;
  const { t, data } = ui;
  const { visitor, site, connection } = snapshot;
  const { Header, Notices, Typing, Who, Announcer } = extras;
  const isPrivate = ui.room === "private" || room?.info?.kind === "private";
  const title =
    data.title ||
    (isPrivate ? t("room.private") : room?.info?.name || site?.name || t("panel.title"));
  const whole = { ...props, title };
  const part = { ...whole, key: ui.room };
  return (
    <section
      class="panel"
      role={isDialog ? "dialog" : "region"}
      aria-label={title}
      onKeyDown={({ key, isComposing }) => key === "Escape" && !isComposing && onClose()}
    >
      {Header ? (
        <Header {...whole} />
      ) : (
        <header>
          <span class="hearth" />
          <h2 class="names">
            <span dir="auto">{title}</span>
          </h2>
          {isDialog && (
            <button type="button" class="plain" aria-label={t("panel.close")} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
      )}
      {Notices ? (
        <Notices {...part} />
      ) : (
        /offline|reconnecting/.test(connection.status) && (
          <div class="notice" role="status">
            <span>{t(`state.${connection.status}`)}</span>
          </div>
        )
      )}
      <div class="list">
        {room && (room.epoch || room.pending.length) ? (
          <MessageList
            key={ui.room}
            ui={ui}
            room={room}
            isOffline={connection.status === "offline"}
          />
        ) : (
          !room?.problem &&
          !connection.stop && (
            <div class="bones" role="status" aria-label={t("panel.loading")}>
              <i />
              <i />
              <i />
            </div>
          )
        )}
      </div>
      <div class="typing" dir="auto">
        {Typing && <Typing {...part} />}
      </div>
      <Composer {...props} key={ui.room} />
      <div class="who">
        {visitor &&
          (Who ? <Who {...part} /> : <span>{t("name.you", { name: visitor.name })}</span>)}
      </div>
      {Announcer && <Announcer {...part} />}
    </section>
  );
}
