/**
 * The picker: over the list from a button at the field, and in the menu of a message. The signs are
 * the device's own. What is chosen goes to where the caret is, or to `pick`.
 */

import { Component, createRef, Icon } from "../../parts/parts.ts";
import english from "../../strings/en-emoji.json";
import type { ViewProps } from "../feature.ts";
import { Grid } from "./grid.tsx";
import { keepTone, recent, TONES, toneIn, use } from "./kept.ts";
import { fetchNames, findIn, type Named, type Table, tableHere, toned } from "./names.ts";

export { default as styles } from "./emoji.css";
export { fetchNames, names } from "./names.ts";

type Props = ViewProps<"emoji">;

interface State {
  readonly table: Table | null;
  readonly hasFailed: boolean;
  /** The category that is shown; empty: what was used lately. */
  readonly category: string;
  readonly sought: string;
  readonly tone: string;
  readonly choosesTone: boolean;
}

const SEARCH = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20";
const HAND = { sign: "✋", hasTones: true };

export class View extends Component<Props, State> {
  override state: State = {
    table: tableHere(),
    hasFailed: false,
    category: "",
    sought: "",
    tone: toneIn(this.props.ui.session.store),
    choosesTone: false,
  };
  readonly #box = createRef<HTMLDivElement>();
  readonly #field = createRef<HTMLInputElement>();
  readonly #over = new AbortController();

  override componentDidMount(): void {
    void this.#fetch();
    if (!this.props.pick) this.#fit();
    const { signal } = this.#over;
    // On the way down: what is clicked may stop the event.
    document.addEventListener("click", this.#clicked, { capture: true, signal });
    if (!this.props.takesFocus) return;
    // A finger that wants to see signs would get a keyboard over them.
    if (matchMedia("(pointer: coarse)").matches) this.#focusGrid();
    else this.#field.current?.focus();
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  readonly #fetch = async (): Promise<void> => {
    try {
      this.setState({ hasFailed: false });
      this.setState({ table: await fetchNames() });
    } catch (cause) {
      console.error(cause);
      this.setState({ hasFailed: true });
    }
  };

  /** Not higher than the list above the field. */
  #fit(): void {
    const { root } = this.props.ui;
    const list = root.querySelector(".list")?.clientHeight;
    if (list) this.#box.current?.style.setProperty("max-height", `${list}px`);
  }

  #focusGrid(): void {
    this.#box.current?.querySelector<HTMLElement>('.signs [tabindex="0"]')?.focus();
  }

  readonly #clicked = (event: Event): void => {
    const box = this.#box.current as EventTarget;
    const isOpener = (node: EventTarget) =>
      node instanceof Element && node.hasAttribute("aria-expanded");
    const path = event.composedPath();
    if (!this.props.pick && !path.includes(box) && !path.some(isOpener)) this.props.onDone();
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { key, target, isComposing } = event;
    if (key === "Tab" || isComposing) return;
    event.stopPropagation();
    const isField = target === this.#field.current;
    if (key === "Escape") this.#leave('.field [aria-expanded="true"]');
    else if (isField && key === "ArrowDown") this.#focusGrid();
    else if (isField && key === "Enter") this.#takeFirst();
    else return;
    event.preventDefault();
  };

  #takeFirst(): void {
    const [first] = this.#shown();
    if (this.state.sought && first) this.#take(toned(first, this.state.tone), false);
  }

  /** Back to what opened it, or to the text. */
  #leave(to: string): void {
    const { pick, onDone, ui } = this.props;
    onDone();
    if (!pick) ui.root.querySelector<HTMLElement>(to)?.focus();
  }

  /** With the Shift key the picker stays for another one. */
  readonly #take = (sign: string, staysOpen: boolean): void => {
    const { ui, pick } = this.props;
    use(ui.session.store, sign);
    if (pick) pick(sign);
    else this.#insert(sign);
    if (!staysOpen || pick) this.#leave(".composer textarea");
  };

  #insert(sign: string): void {
    const { ui, composer } = this.props;
    const field = ui.root.querySelector<HTMLTextAreaElement>(".composer textarea");
    if (!field) return;
    const { value, selectionStart, selectionEnd } = field;
    const start = value.slice(0, selectionStart) + sign;
    composer.current?.write(start + value.slice(selectionEnd));
    // Once the text is drawn.
    setTimeout(() => field.setSelectionRange(start.length, start.length));
  }

  /** What was used lately has its tone in itself. */
  #shown(): readonly Named[] {
    const { table, sought, category } = this.state;
    if (table && sought.trim()) return findIn(table, sought);
    const chosen = table?.categories.find(({ name }) => name === category);
    if (chosen) return chosen.signs;
    const known = new Map(
      table?.categories.flatMap(({ signs }) => signs.map((one) => [one.sign, one.names])),
    );
    return recent(this.props.ui.session.store).map((sign) => ({
      sign,
      hasTones: false,
      names: known.get(sign) ?? known.get(withoutTone(sign)) ?? [sign],
      words: [],
    }));
  }

  override render({ ui }: Props, { table, hasFailed, category, sought, tone }: State) {
    const { t } = ui;
    t.add(english.words);
    const shown = this.#shown();
    const isSearch = sought.trim() !== "";
    return (
      <div
        ref={this.#box}
        class="picker"
        role="dialog"
        aria-label={t("emoji.open")}
        onKeyDown={this.#onKeyDown}
      >
        {this.#search()}
        {this.state.choosesTone ? this.#tones() : this.#kinds()}
        <div class="hidden" role="status">
          {isSearch && table && t("emoji.found", { n: shown.length })}
        </div>
        {hasFailed && this.#failure()}
        {isSearch && table && !shown.length ? (
          <p class="none">{t("emoji.none")}</p>
        ) : (
          <Grid
            key={isSearch ? sought : category}
            label={isSearch ? t("emoji.search") : t(`emoji.${category || "recent"}`)}
            signs={shown}
            tone={tone}
            take={this.#take}
            leave={() => this.#field.current?.focus()}
          />
        )}
      </div>
    );
  }

  #search() {
    const { t } = this.props.ui;
    const { sought, tone, choosesTone } = this.state;
    const label = t("emoji.tone");
    return (
      <div class="find">
        <Icon name={SEARCH} />
        <input
          ref={this.#field}
          type="search"
          enterkeyhint="go"
          autocomplete="off"
          aria-label={t("emoji.search")}
          placeholder={t("emoji.search")}
          value={sought}
          onInput={({ currentTarget }) => this.setState({ sought: currentTarget.value })}
        />
        <button
          type="button"
          class="plain"
          aria-label={label}
          title={label}
          aria-expanded={choosesTone}
          onClick={() => this.setState({ choosesTone: !choosesTone })}
        >
          <span>{toned(HAND, tone)}</span>
        </button>
      </div>
    );
  }

  #tones() {
    const { ui } = this.props;
    const { t, session } = ui;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out like this.
      <div class="kinds" role="group" aria-label={t("emoji.tone")}>
        {TONES.map((tone, at) => (
          <button
            type="button"
            key={tone}
            aria-label={t(`emoji.tone.${at}`)}
            title={t(`emoji.tone.${at}`)}
            aria-pressed={tone === this.state.tone}
            onClick={() => {
              keepTone(session.store, tone);
              this.setState({ tone, choosesTone: false });
            }}
          >
            <span>{toned(HAND, tone)}</span>
          </button>
        ))}
      </div>
    );
  }

  #kinds() {
    const { t } = this.props.ui;
    const { table, category, sought } = this.state;
    const kinds = [{ name: "", sign: "🕘" }, ...(table?.categories ?? [])];
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out like this.
      <div class="kinds" role="group" aria-label={t("emoji.kinds")}>
        {kinds.map(({ name, sign }) => (
          <button
            type="button"
            key={name}
            aria-label={t(`emoji.${name || "recent"}`)}
            title={t(`emoji.${name || "recent"}`)}
            aria-pressed={!sought.trim() && name === category}
            onClick={() => this.setState({ category: name, sought: "" })}
          >
            <span>{sign}</span>
          </button>
        ))}
      </div>
    );
  }

  #failure() {
    const { t } = this.props.ui;
    return (
      <div class="aside" role="status">
        <span>{t("feature.failed")}</span>
        <button type="button" class="link" onClick={this.#fetch}>
          <span>{t("message.retry")}</span>
        </button>
      </div>
    );
  }
}

const withoutTone = (sign: string): string => sign.replace(/[\u{1F3FB}-\u{1F3FF}]/u, "");
