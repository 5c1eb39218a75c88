/** The button that opens the chat in a window of its own, and what to do where it may not. */

import { Component, Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import { ICONS } from "./icons.ts";
import { canPopOut, popOut } from "./popout.ts";

interface OwnWindowState {
  readonly isBlocked: boolean;
}

export class OwnWindow extends Component<PartProps, OwnWindowState> {
  override state: OwnWindowState = { isBlocked: false };

  /** In the drawer `onClose` closes the drawer. */
  readonly #open = (): void => {
    if (popOut(this.props)) this.props.onClose();
    else this.setState({ isBlocked: true });
  };

  override render({ ui }: PartProps, { isBlocked }: OwnWindowState) {
    const { t } = ui;
    if (!canPopOut(ui)) return null;
    return (
      <div class="foot">
        <button type="button" class="room" onClick={this.#open}>
          <Icon name={ICONS.window} />
          <span>{t("popout.open")}</span>
        </button>
        <div class="soft" role="alert">
          {isBlocked && t("popout.blocked")}
        </div>
      </div>
    );
  }
}
