/**
 * Where the messages are, with what can be done with them: a file that loads when somebody points
 * at the list, focuses something in it or touches it, and otherwise when the chat has been open for
 * a while.
 */

import { Component, type ComponentChildren, createRef } from "preact";
import { emoji } from "../features/emoji/emoji.ts";
import type { Slots } from "../features/feature.ts";
import { FEATURES } from "../features/registry.ts";
import type { PartProps } from "../parts/props.ts";
import { QUIET_MS } from "./feature-button.tsx";
import { FeatureView } from "./feature-view.tsx";

interface ListProps {
  readonly from: PartProps;
  readonly children: ComponentChildren;
}

type EarlyPress = NonNullable<Slots["message"]["props"]["press"]>;

interface ListState {
  readonly isWanted: boolean;
}

/** What does something when it is pressed. */
const LEADS = "[data-quotes],[data-emoji],time";
/**
 * Whether a link to a message led to this page, `#ing-m41-lobby`, and to this room, where one is
 * named. message-tools finds the message.
 */
export const isLinked = (room = ""): boolean => new RegExp(`^#ing-m.*${room}$`).test(location.hash);

const [tools] = FEATURES.message;

export class List extends Component<ListProps, ListState> {
  override state: ListState = { isWanted: isLinked() };
  readonly #list = createRef<HTMLDivElement>();
  #press: EarlyPress | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.#timer = setTimeout(this.#fetch, QUIET_MS);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  /** Whoever presses learns of a failure; before that it is nobody's concern. */
  readonly #fetch = (): void => {
    const { session } = this.props.from.ui;
    if (this.state.isWanted || session.snapshot().connection.status !== "online") return;
    tools.file.fetch().then(
      () => this.setState({ isWanted: true }),
      () => {},
    );
  };

  readonly #onPress = ({ type, target, key }: UIEvent & { readonly key?: string }): void => {
    const pressed = target as HTMLElement;
    const leads = type === "click" ? pressed.closest(LEADS) : key === "ArrowUp";
    if (tools.file.here || !leads) return;
    this.#press = { target: pressed, ...(key && { key }) };
    this.setState({ isWanted: true });
  };

  override render({ from, children }: ListProps, { isWanted }: ListState) {
    const list = this.#list.current;
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: what is pressed in it are buttons of their own.
      <div
        class="list"
        ref={this.#list}
        onPointerEnter={this.#fetch}
        onFocusIn={this.#fetch}
        onClick={this.#onPress}
        onKeyDown={this.#onPress}
      >
        {children}
        {isWanted && list && (
          <FeatureView feature={tools} from={{ ...from, list, press: this.#press, emoji }} />
        )}
      </div>
    );
  }
}
