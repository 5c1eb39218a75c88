/** What "delete everything" means, and the second press that does it. */

import { Component, createRef, Icon, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Problem } from "../../rooms/reduce.ts";
import { ICONS } from "./icons.ts";

interface LeavingProps {
  readonly from: PartProps;
  /** How many messages stand; null where nobody knows. */
  readonly messages: number | null;
  onKeep(): void;
  onGone(): void;
}

interface LeavingState {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
}

export class Leaving extends Component<LeavingProps, LeavingState> {
  override state: LeavingState = { isBusy: false, problem: null };
  readonly #keep = createRef<HTMLButtonElement>();

  override componentDidMount(): void {
    this.#keep.current?.focus();
  }

  /**
   * The answer may be that it goes on by itself: then, too, the server knows nobody here any more.
   */
  readonly #delete = async (): Promise<void> => {
    const { from, onGone } = this.props;
    const { session } = from.ui;
    this.setState({ isBusy: true, problem: null });
    try {
      await session.call("DELETE", "me");
    } catch (problem) {
      this.setState({ isBusy: false, problem: problem as Problem });
      return;
    }
    from.composer.current?.write("");
    session.reset();
    session.start();
    onGone();
  };

  override render({ from, messages, onKeep }: LeavingProps, { isBusy, problem }: LeavingState) {
    const { ui } = from;
    const { t } = ui;
    return (
      <div class="leaving">
        <b id="you-leaving">{t("you.delete.ask")}</b>
        <ul>
          <li>
            {messages === null ? t("you.delete.all") : t("you.delete.messages", { n: messages })}
          </li>
          <li>{t("you.delete.everywhere")}</li>
          <li>{t("you.delete.anew")}</li>
        </ul>
        {problem && (
          <div class="refusal" role="alert">
            {problemText(ui, problem)}
          </div>
        )}
        <div class="answers">
          <button type="button" ref={this.#keep} disabled={isBusy} onClick={onKeep}>
            <span>{t("you.delete.keep")}</span>
          </button>
          <button type="button" class="danger" disabled={isBusy} onClick={this.#delete}>
            <Icon name={ICONS.trash} />
            <span>{t(isBusy ? "you.delete.busy" : "you.delete.do")}</span>
          </button>
        </div>
      </div>
    );
  }
}
