/**
 * The e-mail card: whoever waits in their line to the team may leave an address, once. It is kept
 * with the visitor, shown to the team and proven by nobody; nothing is sent by itself.
 */

import { Component, createRef, Icon, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Problem } from "../../rooms/reduce.ts";
import { waits } from "./waiting.ts";
import { isAllowed } from "./words.ts";

/** Stored once the card was answered, closed, or needless. */
const DONE = "mail";
const MAX_EMAIL = 254;

/** What is known of each visitor's address on this page; "asked" while it is not. */
const known = new Map<string, "asked" | "none" | "given">();
/** Whether the card stands on this page. */
let isShown = false;
/** What was left on this page: said until the card is closed or somebody answers. */
let saved = "";

const close = ({ session }: Ui): void => {
  session.store.set(DONE, "1");
  isShown = false;
  saved = "";
};

/** Whether the card is there now. */
export function offersMail(props: PartProps): boolean {
  const { ui } = props;
  const waiting = waits(props);
  // Once: for whom it stood until they were answered, too. Nobody is cut off while they type.
  if (isShown && waiting === "no" && !ui.root.activeElement?.closest(".mail")) close(ui);
  if (isShown) return true;
  const { me } = ui;
  if (waiting !== "long" || !me || !isAllowed(ui.data, "mail")) return false;
  if (ui.session.store.get(DONE) !== null) return false;
  if (!known.has(me)) void look(ui, me);
  isShown = known.get(me) === "none";
  return isShown;
}

/** The address may have been given before, on another device too. */
async function look(ui: Ui, me: string): Promise<void> {
  known.set(me, "asked");
  try {
    const { email } = (await ui.session.call("GET", "me")) as { readonly email: string | null };
    known.set(me, email ? "given" : "none");
    ui.refresh();
  } catch {
    // The next message asks again.
    known.delete(me);
  }
}

interface MailState {
  readonly isBusy: boolean;
  readonly problem: (Problem & { readonly field?: string }) | null;
}

export class Mail extends Component<PartProps, MailState> {
  override state: MailState = { isBusy: false, problem: null };
  readonly #field = createRef<HTMLInputElement>();
  readonly #change = createRef<HTMLButtonElement>();

  readonly #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { ui } = this.props;
    const field = this.#field.current as HTMLInputElement;
    const email = field.value.trim();
    if (!email) return field.focus();
    this.setState({ isBusy: true, problem: null });
    try {
      await ui.session.call("PATCH", "me", { email });
    } catch (problem) {
      this.setState({ isBusy: false, problem: problem as Problem });
      return field.focus();
    }
    ui.session.store.set(DONE, "1");
    saved = email;
    this.setState({ isBusy: false }, () => this.#change.current?.focus());
  };

  readonly #again = (): void => {
    saved = "";
    this.setState({ problem: null }, () => this.#field.current?.focus());
  };

  readonly #close = (): void => {
    const { ui } = this.props;
    ui.root.querySelector("textarea")?.focus();
    close(ui);
    ui.refresh();
  };

  override render({ ui }: PartProps, { isBusy, problem }: MailState) {
    const { t } = ui;
    return (
      <section class="mail" aria-labelledby="mail-title">
        <b id="mail-title">{t("mail.title")}</b>
        <button
          type="button"
          class="plain"
          aria-label={t("card.close")}
          title={t("card.close")}
          onClick={this.#close}
        >
          <Icon name="close" />
        </button>
        {saved ? (
          <div class="soft" role="status">
            <span>{t("mail.saved", { email: saved })}</span>{" "}
            <button type="button" class="link" ref={this.#change} onClick={this.#again}>
              <span>{t("mail.change")}</span>
            </button>
          </div>
        ) : (
          <form onSubmit={this.#save} noValidate>
            <div class="soft" id="mail-text">
              {t("mail.text")}
            </div>
            <input
              ref={this.#field}
              type="email"
              dir="ltr"
              autocomplete="email"
              placeholder="name@example.org"
              maxLength={MAX_EMAIL}
              aria-label={t("mail.label")}
              aria-invalid={problem !== null}
              aria-describedby={problem ? "mail-refusal" : "mail-text"}
            />
            <button type="submit" disabled={isBusy}>
              <span>{t("mail.save")}</span>
            </button>
            {problem && (
              <div class="refusal" role="alert" id="mail-refusal">
                {problem.field === "email" ? t("mail.bad") : problemText(ui, problem)}
              </div>
            )}
          </form>
        )}
      </section>
    );
  }
}
