/** The field that changes one's name, in the place where it stands. */

import { Component, createRef } from "preact";
import { Icon } from "../kit.ts";
import type { Visitor } from "../protocol.ts";
import type { Problem } from "../state.ts";
import { problemText } from "./problems.ts";
import type { Ui } from "./ui.ts";

interface NameProps {
  readonly ui: Ui;
  readonly visitor: Visitor;
  onDone(): void;
}

interface NameState {
  readonly name: string;
  readonly refusal: string;
  readonly isSaving: boolean;
}

const MAX_NAME = 40;

export class NameForm extends Component<NameProps, NameState> {
  private readonly field = createRef<HTMLInputElement>();
  override state: NameState = { name: this.props.visitor.name, refusal: "", isSaving: false };

  override componentDidMount(): void {
    this.field.current?.select();
  }

  override componentWillUnmount(): void {
    // Where the pencil is again, so that the keyboard goes on from there.
    const root = this.field.current?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement && this.field.current?.form?.contains(root.activeElement))
      setTimeout(() => root.querySelector<HTMLElement>(".who button")?.focus());
  }

  private readonly save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { ui, visitor, onDone } = this.props;
    const name = this.state.name.trim();
    if (!name || name === visitor.name) return onDone();
    this.setState({ isSaving: true, refusal: "" });
    try {
      await ui.session.rename(name);
      onDone();
    } catch (error) {
      this.setState({ isSaving: false, refusal: problemText(ui, error as Problem) });
      this.field.current?.focus();
    }
  };

  override render({ ui, onDone }: NameProps, { name, refusal, isSaving }: NameState) {
    const { t } = ui;
    return (
      <form class="who" onSubmit={this.save}>
        <input
          ref={this.field}
          dir="auto"
          aria-label={t("name.label")}
          aria-invalid={refusal !== ""}
          maxLength={MAX_NAME}
          autocomplete="nickname"
          value={name}
          onInput={({ currentTarget }) => this.setState({ name: currentTarget.value })}
        />
        <button class="plain" aria-label={t("name.save")} title={t("name.save")} disabled={isSaving}>
          <Icon name="check" />
        </button>
        <button type="button" class="plain" aria-label={t("name.cancel")} title={t("name.cancel")} onClick={onDone}>
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
