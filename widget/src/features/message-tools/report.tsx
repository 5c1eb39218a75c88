/** Why a message should not stand, for the team. */

import { Component } from "../../parts/parts.ts";
import type { Texts } from "../../parts/texts.ts";

const REASONS = ["spam", "abuse", "personal", "illegal", "other"] as const;
const MAX_NOTE = 500;

export interface ReportText {
  readonly reason: (typeof REASONS)[number];
  readonly note?: string;
}

interface ReportProps {
  readonly t: Texts;
  send(text: ReportText): void;
  close(): void;
}

export class Report extends Component<ReportProps, ReportText> {
  override state: ReportText = { reason: "spam" };

  readonly #send = (event: Event): void => {
    event.preventDefault();
    const { reason, note } = this.state;
    const { send, close } = this.props;
    close();
    send({ reason, ...(note?.trim() && { note: note.trim() }) });
  };

  override render({ t, close }: ReportProps, { reason, note }: ReportText) {
    return (
      <form onSubmit={this.#send}>
        <fieldset>
          <legend>{t("report.reason")}</legend>
          {REASONS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="reason"
                checked={one === reason}
                onChange={() => this.setState({ reason: one })}
              />
              <span>{t(`report.${one}`)}</span>
            </label>
          ))}
        </fieldset>
        <span aria-hidden="true">{t("report.note")}</span>
        <textarea
          aria-label={t("report.note")}
          maxLength={MAX_NOTE}
          dir="auto"
          value={note ?? ""}
          onInput={({ currentTarget }) => this.setState({ note: currentTarget.value })}
        />
        <div class="answers">
          <button type="button" onClick={close}>
            <span>{t("composer.cancel")}</span>
          </button>
          <button type="submit" class="danger">
            <span>{t("report.send")}</span>
          </button>
        </div>
      </form>
    );
  }
}
