/** The rules of the room and what the site asks to agree to. */

import { Component, createRef, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Problem } from "../../rooms/reduce.ts";
import { agree, type Terms } from "./asked.ts";

interface AgreementProps {
  readonly from: PartProps;
  readonly terms: Terms;
  onAgreed(): void;
  onRefused(): void;
}

interface AgreementState {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
}

export class Agreement extends Component<AgreementProps, AgreementState> {
  override state: AgreementState = { isBusy: false, problem: null };
  readonly #box = createRef<HTMLDivElement>();

  /** Not on the button: whoever types on would agree by Enter. */
  override componentDidMount(): void {
    this.#box.current?.parentElement?.focus();
  }

  readonly #agree = async (): Promise<void> => {
    const { from, terms, onAgreed } = this.props;
    const { session } = from.ui;
    this.setState({ isBusy: true, problem: null });
    try {
      if (terms.consent) await session.call("PATCH", "me", { consent: terms.consent.version });
    } catch (problem) {
      return this.setState({ isBusy: false, problem: problem as Problem });
    }
    agree(session.store, from.room?.room, terms);
    if (terms.consent) from.ui.announce("consent", { granted: true });
    onAgreed();
  };

  override render({ from, terms, onRefused }: AgreementProps, { isBusy, problem }: AgreementState) {
    const { ui } = from;
    const { t } = ui;
    const { rules, consent } = terms;
    return (
      <div class="before" ref={this.#box}>
        <b id="before-title">{t("before.title")}</b>
        <div id="before-text" class="texts">
          {rules.length > 0 && (
            <ol dir="auto">
              {rules.map((rule) => (
                <li key={rule}>
                  <span>{rule}</span>
                </li>
              ))}
            </ol>
          )}
          {consent && (
            <div class="consent" dir="auto">
              {consent.text}
            </div>
          )}
        </div>
        {problem && (
          <div class="refusal" role="alert">
            {problemText(ui, problem)}
          </div>
        )}
        <div class="answers">
          <button type="button" class="main" disabled={isBusy} onClick={this.#agree}>
            <span>{t("before.agree")}</span>
          </button>
          <button type="button" onClick={onRefused}>
            <span>{t("before.read")}</span>
          </button>
        </div>
      </div>
    );
  }
}
