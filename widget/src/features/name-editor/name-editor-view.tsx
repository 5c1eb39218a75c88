/** The field for another name, with its two buttons and what the server has against the name. */

import type { IconName } from "../../parts/icons.tsx";
import { Component, createRef, Icon, problemText } from "../../parts/parts.ts";
import type { Problem } from "../../rooms/reduce.ts";
import english from "../../strings/en-name-editor.json";
import type { ViewProps } from "../feature.ts";
import { SoundSwitch } from "./sound.tsx";

export { default as styles } from "./name-editor.css";

interface NameState {
  readonly name: string;
  readonly refusal: Problem | null;
  readonly isSaving: boolean;
}

const MAX_NAME = 40;

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly type?: "submit";
  readonly disabled?: boolean;
  readonly onClick?: () => void;
}

const IconButton = ({ icon, label, type, disabled, onClick }: IconButtonProps) => (
  <button
    type={type ?? "button"}
    class="plain"
    aria-label={label}
    title={label}
    disabled={disabled}
    onClick={onClick}
  >
    <Icon name={icon} />
  </button>
);

export class View extends Component<ViewProps<"identity">, NameState> {
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

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.props.onDone();
  };

  override render(_: ViewProps<"identity">, { name, refusal, isSaving }: NameState) {
    const { ui, onDone } = this.props;
    const { t } = ui;
    t.add(english.words);
    return (
      <form onSubmit={this.#save} onKeyDown={this.#onKeyDown}>
        <input
          ref={this.#field}
          dir="auto"
          aria-label={t("name.label")}
          aria-invalid={refusal !== null}
          maxLength={MAX_NAME}
          autocomplete="nickname"
          value={name}
          onInput={({ currentTarget }) => this.setState({ name: currentTarget.value })}
        />
        <IconButton icon="check" label={t("name.save")} type="submit" disabled={isSaving} />
        <IconButton icon="close" label={t("composer.cancel")} onClick={onDone} />
        <SoundSwitch ui={ui} />
        {refusal && (
          <div class="note bad" role="alert">
            <span>{problemText(ui, refusal)}</span>
          </div>
        )}
      </form>
    );
  }
}
