/** The few questions to whoever begins a line to the team. */

import { Component, createRef, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Prechat } from "../../protocol/look.ts";
import type { Problem } from "../../rooms/reduce.ts";
import { answered } from "./asked.ts";

interface QuestionsProps {
  readonly from: PartProps;
  readonly asked: Prechat;
  onAnswered(): void;
  onRefused(): void;
}

interface QuestionsState {
  readonly isBusy: boolean;
  readonly problem: (Problem & { readonly field?: string }) | null;
}

const MAX_NAME = 40;
const MAX_ANSWER = 200;
const MAX_EMAIL = 254;

export class Questions extends Component<QuestionsProps, QuestionsState> {
  override state: QuestionsState = { isBusy: false, problem: null };
  readonly #form = createRef<HTMLFormElement>();

  override componentDidMount(): void {
    this.#form.current?.querySelector("input")?.focus();
  }

  readonly #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { from, asked, onAnswered } = this.props;
    const { session } = from.ui;
    const typed = new FormData(this.#form.current as HTMLFormElement);
    const said = (key: string): string => `${typed.get(key) ?? ""}`.trim();
    const name = said("name:");
    const answers = Object.fromEntries(asked.fields.map(({ key }) => [key, said(key)]));
    const more = {
      ...(asked.email !== "off" && { email: said("email:") || null }),
      ...(asked.fields.length > 0 && { answers }),
    };
    this.setState({ isBusy: true, problem: null });
    try {
      if (name && name !== from.snapshot.visitor?.name) await session.rename(name);
      if (Object.keys(more).length) await session.call("PATCH", "me", more);
    } catch (problem) {
      return this.setState({ isBusy: false, problem: problem as Problem });
    }
    answered(session.store, asked);
    onAnswered();
  };

  override render({ from, asked, onRefused }: QuestionsProps, { isBusy, problem }: QuestionsState) {
    const { ui } = from;
    const { t } = ui;
    const { name, email, fields } = asked;
    const row = (key: string, label: string, isRequired: boolean, more: object) => (
      <label key={key}>
        <span dir="auto">
          {label}
          {!isRequired && <small> {t("ask.optional")}</small>}
        </span>
        <input name={key} required={isRequired} dir="auto" {...more} />
      </label>
    );
    const problemWords =
      problem && (problem.field === "email" ? t("ask.email.bad") : problemText(ui, problem));
    return (
      <form class="before" ref={this.#form} onSubmit={this.#save}>
        <b id="before-title">{t("ask.title")}</b>
        {name !== "off" &&
          row("name:", t("ask.name"), name === "required", {
            maxLength: MAX_NAME,
            autocomplete: "name",
          })}
        {email !== "off" &&
          row("email:", t("ask.email"), email === "required", {
            type: "email",
            maxLength: MAX_EMAIL,
            autocomplete: "email",
            dir: "ltr",
          })}
        {fields.map(({ key, label, required }) =>
          row(key, label, required, { maxLength: MAX_ANSWER, autocomplete: "off" }),
        )}
        {problemWords && (
          <div class="refusal" role="alert">
            {problemWords}
          </div>
        )}
        <div class="answers">
          <button type="submit" class="main" disabled={isBusy}>
            <span>{t("ask.go")}</span>
          </button>
          <button type="button" onClick={onRefused}>
            <span>{t("before.read")}</span>
          </button>
        </div>
      </form>
    );
  }
}
