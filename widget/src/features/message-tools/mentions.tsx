/**
 * Names after an "@" in the text that is written: of those who wrote here, because the server takes
 * only such a name for a mention. The focus stays in the field.
 */

import { Component, Face, isIgnored } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Author } from "../../protocol/frames.ts";

const MOST = 5;
/** What stands before the caret: the sign at the start of a word, and the beginning of a name. */
const ASKS = /(?:^|[\s(])@([^@\n]{0,40})$/u;

interface MentionsProps {
  readonly from: PartProps;
  readonly list: HTMLElement;
}

interface MentionsState {
  /** What is written of the name; null where nobody is looked for. */
  readonly wanted: string | null;
  readonly at: number;
}

/** The newest first, each once, by the names they have now. */
function writersIn({ ui, room }: PartProps): Author[] {
  const known = new Map<string, Author>();
  const messages = room?.groups.flatMap((group) => group.messages) ?? [];
  for (const { author } of messages.reverse())
    if (author.id && author.id !== ui.me && author.name && !isIgnored(ui, author.id))
      if (!known.has(author.id)) known.set(author.id, author);
  return [...known.values()];
}

/** One word of the name begins so, or all of it. */
function isLike({ name }: Author, wanted: string): boolean {
  const sought = wanted.toLocaleLowerCase();
  const whole = name.toLocaleLowerCase();
  return whole !== sought && ` ${whole}`.includes(` ${sought}`);
}

export class Mentions extends Component<MentionsProps, MentionsState> {
  override state: MentionsState = { wanted: null, at: 0 };
  readonly #over = new AbortController();

  override componentDidMount(): void {
    const panel = this.props.list.closest(".panel");
    const { signal } = this.#over;
    panel?.addEventListener("input", this.#look, { signal });
    panel?.addEventListener("focusout", () => this.setState({ wanted: null }), { signal });
    // Before the field: Enter sends there, and Escape closes the chat.
    const onKeyDown = (event: Event) => this.#onKeyDown(event as KeyboardEvent);
    panel?.addEventListener("keydown", onKeyDown, { capture: true, signal });
  }

  override componentDidUpdate(): void {
    const field = this.#field();
    const { wanted, at } = this.state;
    if (wanted !== null && this.#found().length) {
      field?.setAttribute("aria-controls", "names");
      field?.setAttribute("aria-activedescendant", `name-${at}`);
    } else
      for (const name of ["controls", "activedescendant"]) field?.removeAttribute(`aria-${name}`);
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  #field(): HTMLTextAreaElement | null {
    const panel = this.props.list.closest(".panel");
    return panel?.querySelector<HTMLTextAreaElement>(".composer textarea") ?? null;
  }

  readonly #look = (event: Event): void => {
    const field = this.#field();
    if (event.target !== field || !field) return;
    const found = ASKS.exec(field.value.slice(0, field.selectionStart));
    this.setState({ wanted: found?.[1] ?? null, at: 0 });
  };

  #found(): Author[] {
    const { wanted } = this.state;
    if (wanted === null) return [];
    return writersIn(this.props.from)
      .filter((author) => isLike(author, wanted))
      .slice(0, MOST);
  }

  #onKeyDown(event: KeyboardEvent): void {
    const found = this.#found();
    if (!found.length || event.target !== this.#field() || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[this.state.at];
    if (step) this.setState(({ at }) => ({ at: (at + step + found.length) % found.length }));
    else if (event.key === "Escape") this.setState({ wanted: null });
    else if (/^(Enter|Tab)$/.test(event.key) && chosen) this.#take(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #take({ name }: Author): void {
    const field = this.#field();
    const { wanted } = this.state;
    if (!field || wanted === null) return;
    const { value, selectionStart } = field;
    const start = `${value.slice(0, selectionStart - wanted.length)}${name} `;
    this.props.from.composer.current?.write(start + value.slice(selectionStart).trimStart());
    this.setState({ wanted: null });
    // Once the text is drawn.
    setTimeout(() => field.setSelectionRange(start.length, start.length));
  }

  override render({ from }: MentionsProps, { at }: MentionsState) {
    const found = this.#found();
    if (!found.length) return null;
    return (
      <div class="names" id="names" role="listbox" aria-label={from.ui.t("mentions.label")}>
        {found.map((author, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one.
          <div
            key={author.id}
            id={`name-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault();
              this.#take(author);
            }}
          >
            <Face {...author} />
            <span dir="auto">{author.name}</span>
          </div>
        ))}
      </div>
    );
  }
}
