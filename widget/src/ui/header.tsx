/** Name of the room, the way to the others, who is here, and the way out. */

import { Component, h } from "preact";
import type { PartProps } from "./extras.ts";
import { Icon } from "./icons.tsx";

interface HeaderState {
  readonly drawer?: "rooms" | "people" | undefined;
}

export class Header extends Component<PartProps, HeaderState> {
  #toggle(which: HeaderState["drawer"]): void {
    this.setState(({ drawer }) => ({ drawer: drawer === which ? undefined : which }));
  }

  readonly #close = (): void => this.setState({ drawer: undefined });

  override render(
    { ui, room, snapshot, title, isDialog, canSwitch, onClose }: PartProps,
    { drawer }: HeaderState,
  ) {
    const { t } = ui;
    const topic = room?.info?.topic;
    // What was true before the network went may not be any more.
    const online = snapshot.connection.status === "online" ? (room?.online ?? 0) : 0;
    const hasOthers = canSwitch && snapshot.rooms.length > 1;
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for the drawers within, wherever the focus is.
      <header
        onKeyDown={(event) => {
          // Escape leaves what is open innermost.
          if (event.key !== "Escape" || !drawer) return;
          event.stopPropagation();
          this.#close();
        }}
      >
        <span class="hearth" />
        <div class="names">
          {hasOthers ? (
            <h2 class="switch">
              <button
                type="button"
                class="plain"
                aria-expanded={drawer === "rooms"}
                onClick={() => this.#toggle("rooms")}
              >
                <span dir="auto">{title}</span>
                <Icon name="down" />
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
            onClick={() => this.#toggle("people")}
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
        {drawer === "rooms" && this.#rooms()}
        {drawer === "people" && this.#people()}
      </header>
    );
  }

  #rooms() {
    const { ui, room, snapshot, onRoom } = this.props;
    const { t } = ui;
    return (
      <ul class="drawer" aria-label={t("rooms.label")}>
        {snapshot.rooms.map(({ slug, name, unread }) => (
          <li key={slug}>
            <button
              type="button"
              aria-current={slug === room?.room}
              onClick={() => {
                this.#close();
                onRoom(slug);
              }}
            >
              <span dir="auto">{name}</span>
              {unread > 0 && slug !== room?.room && (
                <span class="count">{t("rooms.unread", { n: unread })}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
    );
  }

  /** The server tells a number and who came; those it has not named are counted only. */
  #people() {
    const { ui, room, snapshot } = this.props;
    const { t, me } = ui;
    const others = room?.people.filter(({ id }) => id !== me) ?? [];
    const unnamed = (room?.online ?? 0) - others.length - 1;
    return (
      <ul class="drawer people" aria-label={t("people.title")}>
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
      </ul>
    );
  }
}
