/** Name of the room, the way to the others, who is here, and the way out. */

import { Component } from "preact";
import type { DrawerTab } from "../features/feature.ts";
import { FEATURES } from "../features/registry.ts";
import { Icon } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import { FeatureButton } from "./feature-button.tsx";
import { FeatureView } from "./feature-view.tsx";
import { unreadInOtherRooms } from "./unread.ts";

interface HeaderState {
  /** What the drawer shows; null while it is closed. */
  readonly open: DrawerTab | null;
  /** The logo that could not be shown. */
  readonly broken?: string;
}

const [drawer] = FEATURES.drawer;

export class Header extends Component<PartProps, HeaderState> {
  override state: HeaderState = { open: null };
  #opener: HTMLElement | null = null;

  #toggle(which: DrawerTab, opener: HTMLElement): void {
    this.#opener = opener;
    this.setState(({ open }) => ({ open: open === which ? null : which }));
  }

  readonly #show = (open: DrawerTab): void => this.setState({ open });

  /** The focus goes back to where it came from, unless it is elsewhere by now. */
  readonly #close = (): void => {
    const opener = this.#opener;
    const root = opener?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement?.closest(".drawer")) opener?.focus();
    this.setState({ open: null });
  };

  /** Once it is here, the drawer does so itself. */
  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.state.open) return;
    event.stopPropagation();
    this.#close();
  };

  override render({ ui, isDialog, onClose }: PartProps, { open }: HeaderState) {
    const { t } = ui;
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves what its buttons have opened.
      <header part="header" onKeyDown={this.#onKeyDown}>
        {this.#mark()}
        {this.#names()}
        {this.#peopleButton()}
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
        {open && this.#drawer(open)}
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
    const { ui, room, title } = this.props;
    const topic = room?.info?.topic;
    const hasOthers = this.#hasOthers();
    const unread = hasOthers ? unreadInOtherRooms(ui) : 0;
    return (
      <div class="names">
        {hasOthers ? (
          <h2 class="switch">
            {drawer && (
              <FeatureButton
                ui={ui}
                file={drawer.file}
                isOpen={this.state.open === "rooms"}
                onPress={(button) => this.#toggle("rooms", button)}
              >
                <span dir="auto">{title}</span>
                <Icon name="down" />
                {unread > 0 && <span class="count">{ui.t("rooms.unread", { n: unread })}</span>}
              </FeatureButton>
            )}
          </h2>
        ) : (
          <h2 dir="auto">{title}</h2>
        )}
        {topic && (
          <p title={topic} dir="auto">
            {topic}
          </p>
        )}
      </div>
    );
  }

  /** Whether there are rooms to change to. */
  #hasOthers(): boolean {
    const { room, snapshot, canSwitch } = this.props;
    return canSwitch && snapshot.rooms.some(({ slug }) => slug !== room?.room);
  }

  #peopleButton() {
    const opener = drawer?.opener(this.props);
    return (
      drawer &&
      opener && (
        <FeatureButton
          ui={this.props.ui}
          file={drawer.file}
          isOpen={this.state.open === "people"}
          onPress={(button) => this.#toggle("people", button)}
        >
          <Icon name={opener.icon} />
          <span>{opener.text}</span>
        </FeatureButton>
      )
    );
  }

  #drawer(tab: DrawerTab) {
    const from = {
      ...this.props,
      tab,
      hasRooms: this.#hasOthers(),
      onTab: this.#show,
      onClose: this.#close,
    };
    return drawer && <FeatureView feature={drawer} from={from} />;
  }
}
