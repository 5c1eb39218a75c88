/** The field for another name, and what the server has against the name. */

import { Component, createRef, Face, Icon, problemText } from "../../parts/parts.ts";
import type { Problem } from "../../rooms/reduce.ts";
import type { ViewProps } from "../feature.ts";

interface NameState {
  readonly name: string;
  readonly refusal: Problem | null;
  readonly isSaving: boolean;
}

const MAX_NAME = 40;

export class NameForm extends Component<ViewProps<"identity">, NameState> {
  override state: NameState = { name: this.#known(), refusal: null, isSaving: false };
  readonly #field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    if (!this.props.takesFocus) return;
    this.#field.current?.focus();
    this.#field.current?.select();
  }

  #known(): string {
    return this.props.snapshot.visitor?.name ?? "";
  }

  readonly #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { ui, onDone } = this.props;
    const name = this.state.name.trim();
    if (!name || name === this.#known()) return onDone();
    this.setState({ isSaving: true, refusal: null });
    try {
      await ui.session.rename(name);
      onDone();
    } catch (error) {
      this.setState({ isSaving: false, refusal: error as Problem });
      this.#field.current?.focus();
    }
  };

  override render(
    { ui, snapshot: { visitor } }: ViewProps<"identity">,
    { name, refusal, isSaving }: NameState,
  ) {
    const { t } = ui;
    return (
      <form onSubmit={this.#save}>
        {visitor && <Face {...visitor} />}
        <label>
          <span>{t("name.label")}</span>
          <input
            ref={this.#field}
            dir="auto"
            aria-invalid={refusal !== null}
            aria-describedby={refusal ? "you-refusal" : undefined}
            maxLength={MAX_NAME}
            autocomplete="nickname"
            value={name}
            onInput={({ currentTarget }) => this.setState({ name: currentTarget.value })}
          />
        </label>
        <button type="submit" class="main" disabled={isSaving}>
          <span>{t("name.save")}</span>
        </button>
        {refusal && (
          <div class="refusal" role="alert" id="you-refusal">
            <Icon name="warn" />
            <span>{problemText(ui, refusal)}</span>
          </div>
        )}
      </form>
    );
  }
}
