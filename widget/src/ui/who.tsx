/** "You are Amber Otter", and the field to change it in place. */

import { Component, createRef } from "preact";
import type { Problem } from "../rooms/reduce.ts";
import { Icon } from "./icons.tsx";
import { problemText } from "./problems.ts";
import type { PartProps } from "./props.ts";

interface WhoState {
  readonly isEditing: boolean;
  readonly name: string;
  readonly refusal: string;
  readonly isSaving: boolean;
}

const MAX_NAME = 40;

export class Who extends Component<PartProps, WhoState> {
  override state: WhoState = { isEditing: false, name: "", refusal: "", isSaving: false };
  readonly #field = createRef<HTMLInputElement>();
  readonly #pencil = createRef<HTMLButtonElement>();

  override componentDidUpdate(_: PartProps, { isEditing }: WhoState): void {
    if (this.state.isEditing === isEditing) return;
    if (isEditing) this.#pencil.current?.focus();
    else this.#field.current?.select();
  }

  readonly #leave = (): void => this.setState({ isEditing: false, refusal: "", isSaving: false });

  readonly #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { ui, snapshot } = this.props;
    const name = this.state.name.trim();
    if (!name || name === snapshot.visitor?.name) return this.#leave();
    this.setState({ isSaving: true, refusal: "" });
    try {
      await ui.session.rename(name);
      this.#leave();
    } catch (error) {
      this.setState({ isSaving: false, refusal: problemText(ui, error as Problem) });
      this.#field.current?.focus();
    }
  };

  override render({ ui, snapshot }: PartProps, { isEditing, name, refusal, isSaving }: WhoState) {
    const { t } = ui;
    const known = snapshot.visitor?.name ?? "";
    if (!isEditing)
      return (
        <>
          <span>{t("name.you", { name: known })}</span>
          <button
            type="button"
            class="plain"
            ref={this.#pencil}
            aria-label={t("name.change")}
            title={t("name.change")}
            onClick={() => this.setState({ isEditing: true, name: known })}
          >
            <Icon name="pencil" />
          </button>
        </>
      );
    return (
      <form
        onSubmit={this.#save}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          this.#leave();
        }}
      >
        <input
          ref={this.#field}
          dir="auto"
          aria-label={t("name.label")}
          aria-invalid={refusal !== ""}
          maxLength={MAX_NAME}
          autocomplete="nickname"
          value={name}
          onInput={({ currentTarget }) => this.setState({ name: currentTarget.value })}
        />
        <button
          type="submit"
          class="plain"
          aria-label={t("name.save")}
          title={t("name.save")}
          disabled={isSaving}
        >
          <Icon name="check" />
        </button>
        <button
          type="button"
          class="plain"
          aria-label={t("name.cancel")}
          title={t("name.cancel")}
          onClick={this.#leave}
        >
          <Icon name="close" />
        </button>
        {refusal && (
          <div class="note bad" role="alert">
            {refusal}
          </div>
        )}
      </form>
    );
  }
}
