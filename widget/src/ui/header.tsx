/** Name of the room, the way to the others, who is here, and the way out. */

import { Component } from "preact";
import type { Feature } from "../features/feature.ts";
import { FEATURES } from "../features/registry.ts";
import { Drawer, Icon } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import type { RoomSummary } from "../protocol/frames.ts";

import { FeatureButton } from "./feature-button.tsx";
import { FeatureView } from "./feature-view.tsx";
import { unreadInOtherRooms } from "./unread.ts";

/** What is open: the rooms, a feature, or nothing. */
type Open = "rooms" | Feature<"drawer"> | null;

interface HeaderState {
  readonly open: Open;
  /** The logo that could not be shown. */
  readonly broken?: string;
}

const privateFirst = (rooms: readonly RoomSummary[]) =>
  [...rooms].sort((a, b) => Number(b.kind === "private") - Number(a.kind === "private"));

export class Header extends Component<PartProps, HeaderState> {
  override state: HeaderState = { open: null };
  #opener: HTMLElement | null = null;

  #toggle(which: Open, opener: HTMLElement): void {
    this.#opener = opener;
    this.setState(({ open }) => ({ open: open === which ? null : which }));
  }

  /** The focus goes back to where it came from, unless it is elsewhere by now. */
  readonly #close = (): void => {
    const opener = this.#opener;
    const root = opener?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement?.closest(".drawer")) opener?.focus();
    this.setState({ open: null });
  };

  override render({ ui, isDialog, onClose }: PartProps, { open }: HeaderState) {
    const { t } = ui;
    return (
      <header>
        {this.#mark()}
        {this.#names()}
        {FEATURES.drawer.map((feature) => this.#featureButton(feature))}
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
        {open === "rooms" ? this.#rooms() : open && this.#feature(open)}
      </header>
    );
  }

  /** The owner's, where it can be shown: a page's policy may forbid it. */
  #mark() {
    const logo = this.props.snapshot.site?.theme.logo;
    if (!logo || logo === this.state.broken) return <span class="hearth" />;
    return (
      <img
        class="mark"
        src={logo}
        alt=""
        referrerpolicy="no-referrer"
        onError={() => this.setState({ broken: logo })}
      />
    );
  }

  /** The room's name, which opens the others where there are any, and its topic. */
  #names() {
    const { ui, room, snapshot, title, canSwitch } = this.props;
    const topic = room?.info?.topic;
    const hasOthers = canSwitch && snapshot.rooms.some(({ slug }) => slug !== room?.room);
    const unread = hasOthers ? unreadInOtherRooms(ui) : 0;
    return (
      <div class="names">
        {hasOthers ? (
          <h2 class="switch">
            <button
              type="button"
              class="plain"
              aria-expanded={this.state.open === "rooms"}
              onClick={({ currentTarget }) => this.#toggle("rooms", currentTarget)}
            >
              <span dir="auto">{title}</span>
              <Icon name="down" />
              {unread > 0 && <span class="count">{ui.t("rooms.unread", { n: unread })}</span>}
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
    );
  }

  #rooms() {
    const { ui, room, snapshot, onRoom } = this.props;
    const { t } = ui;
    return (
      <Drawer label={t("rooms.label")} onClose={this.#close}>
        {privateFirst(snapshot.rooms).map(({ slug, name, kind, unread }) => (
          <li key={slug}>
            <button
              type="button"
              aria-current={slug === room?.room}
              onClick={() => {
                this.#close();
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

  #featureButton(feature: Feature<"drawer">) {
    const opener = feature.opener(this.props);
    return (
      opener && (
        <FeatureButton
          ui={this.props.ui}
          file={feature.file}
          isOpen={this.state.open === feature}
          onPress={(button) => this.#toggle(feature, button)}
        >
          <Icon name={opener.icon} />
          <span>{opener.text}</span>
        </FeatureButton>
      )
    );
  }

  /** Nothing while the feature is not offered. */
  #feature(feature: Feature<"drawer">) {
    const opener = feature.opener(this.props);
    return (
      opener && (
        <Drawer label={opener.title} onClose={this.#close}>
          <FeatureView feature={feature} from={this.props} line="li" />
        </Drawer>
      )
    );
  }
}
