/** Name of the room, the way to the others, who is here, and the way out. */

import { Component } from "preact";
import { Icon } from "../kit.ts";
import type { RoomSummary } from "../protocol.ts";
import { Drawer } from "./drawer.tsx";
import type { PartProps } from "./extras.ts";
import { unreadElsewhere } from "./unread.ts";

interface HeaderState {
  readonly drawer?: "rooms" | "people" | undefined;
}

const privateFirst = (rooms: readonly RoomSummary[]) =>
  [...rooms].sort((a, b) => Number(b.kind === "private") - Number(a.kind === "private"));

export class Header extends Component<PartProps, HeaderState> {
  private opener: HTMLElement | null = null;

  private toggle(which: HeaderState["drawer"], opener: HTMLElement): void {
    this.opener = opener;
    this.setState(({ drawer }) => ({ drawer: drawer === which ? undefined : which }));
  }

  /** The focus goes back to where it came from, unless it is elsewhere by now. */
  private readonly close = (): void => {
    const { opener } = this;
    const root = opener?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement?.closest(".drawer")) opener?.focus();
    this.setState({ drawer: undefined });
  };

  override render(
    { ui, room, snapshot, title, isDialog, canSwitch, onClose }: PartProps,
    { drawer }: HeaderState,
  ) {
    const { t } = ui;
    const topic = room?.info?.topic;
    // What was true before the network went may not be any more.
    const online = snapshot.connection.status === "online" ? (room?.online ?? 0) : 0;
    const hasOthers = canSwitch && snapshot.rooms.some(({ slug }) => slug !== room?.room);
    const waiting = hasOthers ? unreadElsewhere(ui) : 0;
    return (
      <header>
        <span class="hearth" />
        <div class="names">
          {hasOthers ? (
            <h2 class="switch">
              <button
                type="button"
                class="plain"
                aria-expanded={drawer === "rooms"}
                onClick={({ currentTarget }) => this.toggle("rooms", currentTarget)}
              >
                <span dir="auto">{title}</span>
                <Icon name="down" />
                {waiting > 0 && <span class="count">{t("rooms.unread", { n: waiting })}</span>}
              </button>
            </h2>
          ) : (
            <h2>
              <span dir="auto">{title}</span>
            </h2>
          )}
          {topic && (
            <p title={topic}>
              <span dir="auto">{topic}</span>
            </p>
          )}
        </div>
        {online > 0 && (
          <button
            type="button"
            class="plain"
            aria-expanded={drawer === "people"}
            onClick={({ currentTarget }) => this.toggle("people", currentTarget)}
          >
            <Icon name="people" />
            <span>{t("people.count", { n: online })}</span>
          </button>
        )}
        {isDialog && (
          <button
            type="button"
            class="plain"
            aria-label={t("panel.close")}
            title={t("panel.close")}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        )}
        {drawer === "rooms" && this.rooms()}
        {drawer === "people" && this.people()}
      </header>
    );
  }

  private rooms() {
    const { ui, room, snapshot, onRoom } = this.props;
    const { t } = ui;
    return (
      <Drawer label={t("rooms.label")} onClose={this.close}>
        {privateFirst(snapshot.rooms).map(({ slug, name, kind, unread }) => (
          <li key={slug}>
            <button
              type="button"
              aria-current={slug === room?.room}
              onClick={() => {
                this.close();
                // By its alias it is found again by whoever the visitor is then.
                onRoom(kind === "private" ? kind : slug);
              }}
            >
              <span dir="auto">{kind === "private" ? t("room.private") : name}</span>
              {unread > 0 && slug !== room?.room && (
                <span class="count">{t("rooms.unread", { n: unread })}</span>
              )}
            </button>
          </li>
        ))}
      </Drawer>
    );
  }

  /** The server tells a number and who came; those it has not named are counted only. */
  private people() {
    const { ui, room, snapshot } = this.props;
    const { t, me } = ui;
    const others = room?.people.filter(({ id }) => id !== me) ?? [];
    const unnamed = (room?.online ?? 0) - others.length - 1;
    return (
      <Drawer label={t("people.title")} look="people" onClose={this.close}>
        {snapshot.visitor && (
          <li>
            <b dir="auto">{snapshot.visitor.name}</b> <span class="soft">{t("people.you")}</span>
          </li>
        )}
        {others.map(({ id, name }) => (
          <li key={id}>
            <span dir="auto">{name}</span>
          </li>
        ))}
        {unnamed > 0 && <li class="soft">{t("people.more", { n: unnamed })}</li>}
      </Drawer>
    );
  }
}
