/** Where one writes. It never loses text: what can't be sent now stays, and says when or why. */

import { Component, createRef } from "preact";
import { hint as hintFor } from "./hint.ts";
import { Icon } from "./icons.tsx";
import type { PanelProps } from "./props.ts";
import { secondsUntil } from "./ui.ts";

const MAX_HEIGHT_PX = 132;

export class Composer extends Component<PanelProps, { readonly text: string }> {
  readonly #field = createRef<HTMLTextAreaElement>();
  readonly #draft = `draft:${this.props.ui.room}`;
  override state = { text: this.props.ui.session.store.get(this.#draft) ?? "" };

  /** For the page's `prefill`, too. */
  readonly write = (text: string): void => {
    const { store } = this.props.ui.session;
    this.setState({ text });
    if (text) store.set(this.#draft, text);
    else store.remove(this.#draft);
  };

  /** Without storing it again. */
  readonly show = (text: string): void => this.setState({ text });

  override componentDidMount(): void {
    this.props.composer.current = this;
    this.componentDidUpdate();
  }

  override componentDidUpdate(): void {
    const field = this.#field.current as HTMLTextAreaElement;
    const { style } = field;
    const { style: around, offsetHeight } = field.parentElement as HTMLElement;
    // Measured in a box that stays as it is: for a moment lower, it would move the list off its
    // end.
    around.height = `${offsetHeight}px`;
    style.height = "auto";
    style.height = `${Math.min(field.scrollHeight, MAX_HEIGHT_PX)}px`;
    around.height = "";
  }

  override render(props: PanelProps, { text }: { readonly text: string }) {
    const { ui, room, snapshot } = props;
    const { t, session, data } = ui;
    const { info } = room ?? {};
    const isTeam = /^(mod|own)/.test(snapshot.visitor?.role ?? "");
    // A room's own frame may come before what I may do in it.
    const refusal = room?.may?.send;
    const closed =
      snapshot.connection.stop || room?.problem
        ? "stopped"
        : info?.archived
          ? "archived"
          : refusal === "room_locked" || (info?.locked && !isTeam && refusal !== null)
            ? "locked"
            : refusal
              ? "stopped"
              : "";
    // Code points, as the server counts them.
    const length = [...text.trim()].length;
    const left = snapshot.limits.body_chars - length;
    const canSend = length > 0 && left >= 0 && !secondsUntil(room?.notBefore) && !closed;
    const hint = hintFor(props, closed, left);
    const send = (event: Event) => {
      event.preventDefault();
      if (!canSend) return;
      session.send(ui.room, text.trim());
      this.write("");
      this.#field.current?.focus();
    };
    return (
      <form class="composer" onSubmit={send}>
        <div class="field">
          <textarea
            ref={this.#field}
            rows={1}
            dir={text ? "auto" : undefined}
            enterkeyhint="send"
            aria-label={t("composer.label")}
            aria-describedby="note"
            placeholder={closed ? "" : data.placeholder || t("composer.placeholder")}
            disabled={closed !== ""}
            value={text}
            onInput={({ currentTarget: { value } }) => {
              this.write(value);
              if (value.trim()) session.typing(ui.room);
            }}
            onKeyDown={(event) => {
              // While an input method composes, Enter chooses a word; 229 is what older browsers
              // say of it.
              if (
                event.key === "Enter" &&
                !event.shiftKey &&
                !event.isComposing &&
                event.keyCode !== 229
              )
                send(event);
            }}
          />
          <button
            type="submit"
            class="send"
            aria-label={t("composer.send")}
            aria-disabled={!canSend}
          >
            <Icon name="send" />
          </button>
        </div>
        <div class={hint.isBad ? "note bad" : "note"} id="note">
          {hint.text}
        </div>
      </form>
    );
  }
}
