/**
 * "Tell me when they answer": offered to whoever has written to the team and waits, once, by a line
 * below the header. The browser is asked when the button is pressed.
 */

import { Component, createRef, Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Ui } from "../../parts/ui.ts";
import { askToAlert, canAlert } from "./alerts.ts";
import { waits } from "./waiting.ts";
import { decide, hasDecided, isAllowed } from "./words.ts";

type Outcome = "yes" | "no";

/** What the press came to: said until the line is closed or somebody answers. */
let outcome: Outcome | null = null;
/** Whether the line is there now. It comes by itself when the time is up. */
export function offersAlert(props: PartProps): boolean {
  const { ui } = props;
  const waiting = waits(props);
  if (waiting === "no") outcome = null;
  if (outcome) return true;
  return waiting === "long" && !hasDecided(ui) && isAllowed(ui.data, "alert") && canAlert();
}

const TEXTS = { yes: "offer.done", no: "offer.denied" } as const;

export class Offer extends Component<{ readonly ui: Ui }> {
  readonly #close = createRef<HTMLButtonElement>();

  readonly #onAsk = async (): Promise<void> => {
    const { ui } = this.props;
    const isGranted = await askToAlert().catch(() => false);
    decide(ui, isGranted);
    outcome = isGranted ? "yes" : "no";
    // The button that was pressed goes.
    this.#close.current?.focus();
    ui.refresh();
  };

  readonly #onClose = (): void => {
    const { ui } = this.props;
    if (!outcome) decide(ui, false);
    outcome = null;
    ui.root.querySelector("textarea")?.focus();
    ui.refresh();
  };

  override render({ ui }: { readonly ui: Ui }) {
    const { t } = ui;
    return (
      <div class="offer notice news" role="status">
        {outcome ? (
          <span>{t(TEXTS[outcome])}</span>
        ) : (
          <button type="button" class="link" onClick={this.#onAsk}>
            <span>{t("offer.tell")}</span>
          </button>
        )}
        <button
          type="button"
          class="plain"
          ref={this.#close}
          aria-label={t("card.close")}
          title={t("card.close")}
          onClick={this.#onClose}
        >
          <Icon name="close" />
        </button>
      </div>
    );
  }
}
