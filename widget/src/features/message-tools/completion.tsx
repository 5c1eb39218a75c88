/**
 * What is offered while somebody writes: names after an "@", emoji after a ":". The focus stays in
 * the field.
 */

import { Component } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { EmojiFile } from "../feature.ts";
import { emojiOffers, wholeName } from "./emoji-names.tsx";
import { mentionOffers } from "./mentions.tsx";
import type { Offer } from "./offer.ts";

interface CompletionProps {
  readonly from: PartProps;
  readonly list: HTMLElement;
  readonly emoji: EmojiFile;
}

interface CompletionState {
  /** What stands before the caret; null where nothing is to be offered. */
  readonly before: string | null;
  readonly at: number;
}

const MOST = 5;

export class Completion extends Component<CompletionProps, CompletionState> {
  override state: CompletionState = { before: null, at: 0 };
  readonly #over = new AbortController();

  override componentDidMount(): void {
    const panel = this.props.list.closest(".panel");
    const { signal } = this.#over;
    panel?.addEventListener("input", this.#onInput, { signal });
    panel?.addEventListener("focusout", this.#close, { signal });
    // Before the field: Enter sends there, and Escape closes the chat.
    const onKeyDown = (event: Event) => this.#onKeyDown(event as KeyboardEvent);
    panel?.addEventListener("keydown", onKeyDown, { capture: true, signal });
    this.#again();
  }

  override componentDidUpdate(): void {
    const field = this.#field();
    if (this.#offers().length) {
      field?.setAttribute("aria-controls", "offers");
      field?.setAttribute("aria-activedescendant", `offer-${this.state.at}`);
    } else
      for (const name of ["controls", "activedescendant"]) field?.removeAttribute(`aria-${name}`);
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  readonly #close = (): void => this.setState({ before: null });

  #field(): HTMLTextAreaElement | null {
    const panel = this.props.list.closest(".panel");
    return panel?.querySelector<HTMLTextAreaElement>(".composer textarea") ?? null;
  }

  readonly #onInput = (event: Event): void => {
    if (event.target !== this.#field()) return;
    this.#look((event as InputEvent).isComposing);
  };

  #look(isComposing: boolean): void {
    const field = this.#field();
    const before = field?.value.slice(0, field.selectionStart) ?? null;
    this.setState({ before, at: 0 });
    if (before === null || isComposing) return;
    const whole = wholeName(before, this.props.emoji, this.#again);
    if (whole) this.#write(before.slice(0, -whole.written.length) + whole.text);
  }

  /** This, or the names of emoji, have come: what is written may be one of them by now. */
  readonly #again = (): void => {
    if (this.#field()?.matches(":focus")) this.#look(false);
  };

  #offers(): readonly Offer[] {
    const { before } = this.state;
    if (before === null) return [];
    const { from, emoji } = this.props;
    const names = mentionOffers(from, before);
    return (names.length ? names : emojiOffers(before, emoji, this.#again)).slice(0, MOST);
  }

  #onKeyDown(event: KeyboardEvent): void {
    if (event.target !== this.#field() || event.isComposing) return;
    const offers = this.#offers();
    if (!offers.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = offers[this.state.at];
    if (step) this.setState(({ at }) => ({ at: (at + step + offers.length) % offers.length }));
    else if (event.key === "Escape") this.#close();
    else if (/^(Enter|Tab)$/.test(event.key) && !event.shiftKey && chosen) this.#take(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #take({ written, text }: Offer): void {
    const { before } = this.state;
    if (before !== null) this.#write(`${before.slice(0, -written.length)}${text} `);
  }

  /** In the place of all that stands before the caret. */
  #write(start: string): void {
    const field = this.#field();
    if (!field) return;
    const rest = field.value.slice(field.selectionStart);
    const isSpaced = start.endsWith(" ");
    this.props.from.composer.current?.write(start + (isSpaced ? rest.trimStart() : rest));
    this.#close();
    // Once the text is drawn.
    setTimeout(() => field.setSelectionRange(start.length, start.length));
  }

  override render({ from }: CompletionProps, { at }: CompletionState) {
    const offers = this.#offers();
    const [first] = offers;
    if (!first) return null;
    const label = from.ui.t(first.written.startsWith(":") ? "emoji.offers" : "mentions.label");
    return (
      <div class="names" id="offers" role="listbox" aria-label={label}>
        {offers.map((offer, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one.
          <div
            key={offer.key}
            id={`offer-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault();
              this.#take(offer);
            }}
          >
            {offer.view}
          </div>
        ))}
      </div>
    );
  }
}
