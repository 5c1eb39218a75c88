/** The whole chat: header, notices, messages, composer. */

import { Component, type RefObject } from "preact";
import type { Snapshot } from "../session.ts";
import type { RoomState } from "../state.ts";
import { Composer } from "./composer.tsx";
import { extras } from "./extras.ts";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import type { Ui } from "./ui.ts";

export interface PanelProps {
  readonly ui: Ui;
  readonly snapshot: Snapshot;
  readonly room: RoomState | null;
  readonly isDialog: boolean;
  readonly canSwitch: boolean;
  readonly composer: RefObject<Composer | null>;
  onRoom(slug: string): void;
  onClose(): void;
}

interface PanelState {
  readonly drawer?: "rooms" | "people" | "name" | undefined;
}

export class Panel extends Component<PanelProps, PanelState> {
  override render(props: PanelProps, { drawer }: PanelState) {
    const { ui, snapshot, room, isDialog, canSwitch, onRoom, onClose } = props;
    const { t, data } = ui;
    const { connection, visitor, site } = snapshot;
    const rooms = canSwitch ? snapshot.rooms : [];
    const me = visitor && visitor.id;
    const info = room?.info;
    const isKnown = room !== null && room.epoch !== null;
    const isPrivate = ui.room === "private" || info?.kind === "private";
    const title =
      data["title"] || (isPrivate ? t("room.private") : info?.name || site?.name || t("panel.title"));
    const online = room?.online ?? 0;
    const { Drawer, NameForm, Announcer, Notices } = extras;
    const open = (which: PanelState["drawer"]) => () =>
      this.setState({ drawer: drawer === which ? undefined : which });
    const close = () => this.setState({ drawer: undefined });
    return (
      <section
        class="panel"
        role={isDialog ? "dialog" : "region"}
        aria-label={title}
        onKeyDown={({ key, isComposing }) => {
          // Escape leaves what is open innermost.
          if (key !== "Escape" || isComposing) return;
          if (drawer) close();
          else if (isDialog) onClose();
        }}
      >
        <header>
          <span class="hearth" />
          <div class="names">
            {rooms.length > 1 ? (
              <h2>
                <button type="button" class="plain" aria-expanded={drawer === "rooms"} onClick={open("rooms")}>
                  <span dir="auto">{title}</span>
                  <Icon name="down" />
                </button>
              </h2>
            ) : (
              <h2 dir="auto">{title}</h2>
            )}
            {info?.topic && (
              <p dir="auto" title={info.topic}>
                {info.topic}
              </p>
            )}
          </div>
          {online > 0 && (
            <button type="button" class="plain" aria-expanded={drawer === "people"} onClick={open("people")}>
              <Icon name="people" />
              <span>{t("people.count", { n: online })}</span>
            </button>
          )}
          {isDialog && (
            <button type="button" class="plain" aria-label={t("panel.close")} title={t("panel.close")} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {Drawer && (drawer === "rooms" || drawer === "people") && (
          <Drawer
            ui={ui}
            which={drawer}
            room={room}
            visitor={visitor}
            rooms={rooms}
            onRoom={(slug) => {
              close();
              onRoom(slug);
            }}
          />
        )}
        {Notices && <Notices ui={ui} snapshot={snapshot} room={room} />}
        {room && (isKnown || room.pending.length) ? (
          <MessageList key={ui.room} ui={ui} room={room} me={me} />
        ) : (
          <div class="list">
            {!room?.problem && connection.status !== "stopped" && (
              <div class="bones" role="status" aria-label={t("panel.loading")}>
                <i />
                <i />
                <i />
              </div>
            )}
          </div>
        )}
        <div class="typing" dir="auto">
          {room && extras.typingText?.(ui, room, me)}
        </div>
        <Composer key={ui.room} ui={ui} room={room} snapshot={snapshot} ref={props.composer} />
        {visitor &&
          (drawer === "name" && NameForm ? (
            <NameForm ui={ui} visitor={visitor} onDone={close} />
          ) : (
            <div class="who">
              <span>{t("name.you", { name: visitor.name })}</span>
              <button type="button" class="plain" aria-label={t("name.change")} title={t("name.change")} onClick={open("name")}>
                <Icon name="pencil" />
              </button>
            </div>
          ))}
        {room && Announcer && <Announcer key={ui.room} ui={ui} room={room} me={me} />}
      </section>
    );
  }
}
