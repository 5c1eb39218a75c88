/**
 * The button that opens a feature. So that nobody waits at the press, the file of its view is
 * fetched as soon as the button is pointed at or focused, and otherwise when the chat has been open
 * for a while and the browser has nothing better to do.
 */

import { Component, type ComponentChildren, type Ref } from "preact";
import type { LazyFile } from "../parts/lazy-file.ts";
import type { Ui } from "../parts/ui.ts";

interface ButtonProps {
  readonly ui: Ui;
  /** The view that it opens. */
  readonly file: LazyFile<unknown>;
  /** Left out where the button goes once the feature is open. */
  readonly isOpen?: boolean;
  /** What the button does, where its text does not say so. */
  readonly label?: string;
  readonly children: ComponentChildren;
  readonly button?: Ref<HTMLButtonElement>;
  onPress(button: HTMLButtonElement): void;
}

/** Later than what an open chat needs to work. */
export const QUIET_MS = 6_000;

const savesData = (): boolean =>
  (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData ===
  true;

export class FeatureButton extends Component<ButtonProps> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.#timer = setTimeout(this.#onQuiet, QUIET_MS);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  /**
   * What needs no press begins with the file. Whoever presses the button learns of a failure;
   * before that it is nobody's concern. Without a connection it is not tried: see LazyFile.
   */
  readonly #fetch = (): void => {
    const { ui, file } = this.props;
    if (ui.session.snapshot().connection.status === "online")
      file.fetch().then(ui.refresh, () => {});
  };

  readonly #onQuiet = (): void => {
    if (!savesData()) (globalThis.requestIdleCallback ?? setTimeout)(this.#fetch);
  };

  override render({ isOpen, label, button, children, onPress }: ButtonProps) {
    return (
      <button
        type="button"
        class="plain"
        ref={button}
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
        onPointerEnter={this.#fetch}
        onFocus={this.#fetch}
        onClick={({ currentTarget }) => onPress(currentTarget)}
      >
        {children}
      </button>
    );
  }
}
