/** Where one writes. It never loses text: what can't be sent now stays, and says when or why. */

import { Component, createRef, type TargetedEvent, type TargetedInputEvent } from "preact";
import { emoji } from "../features/emoji/emoji.ts";
import type { Feature } from "../features/feature.ts";
import { FEATURES } from "../features/registry.ts";
import { isTermsComing } from "../features/terms/terms.ts";
import { Face, Icon } from "../parts/parts.ts";
import type { Aim, PartProps, Shown } from "../parts/props.ts";
import { secondsUntil } from "../parts/ui.ts";
import { FeatureButton } from "./feature-button.tsx";
import { FeatureView } from "./feature-view.tsx";
import { hint as hintFor } from "./hint.ts";

const MAX_HEIGHT_PX = 132;

/** Why nobody, or only the team, can write here; empty where one can. */
function whyClosed({ room, snapshot }: PartProps): "" | "stopped" | "archived" | "locked" {
  if (snapshot.connection.stop || room?.problem) return "stopped";
  const { info, may } = room ?? {};
  if (info?.archived) return "archived";
  // A room's own frame may come before what I may do in it.
  const refusal = may?.send;
  const isTeam = /^(mod|own)/.test(snapshot.visitor?.role ?? "");
  if (refusal === "room_locked" || (info?.locked && !isTeam && refusal !== null)) return "locked";
  return refusal ? "stopped" : "";
}

/** While an input method composes, Enter chooses a word; 229 is what older browsers say of it. */
const sends = ({ key, shiftKey, isComposing, keyCode }: KeyboardEvent): boolean =>
  key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;

interface ComposerState extends Shown {
  readonly aim: Aim | null;
  /** What stands over the panel or above the field. */
  readonly opened?: Feature<"emoji"> | Feature<"identity"> | null;
  /** Whether a narrow field shows what it keeps behind its "+". */
  readonly unfolds?: boolean;
}

const [files] = FEATURES.composer as readonly [Feature<"composer">];
const [you] = FEATURES.identity;

export class Composer extends Component<PartProps, ComposerState> {
  readonly #field = createRef<HTMLTextAreaElement>();
  readonly #face = createRef<HTMLButtonElement>();
  readonly #draft = `draft:${this.props.ui.room}`;
  override state: ComposerState = { text: this.#kept(), aim: null };

  #kept(): string {
    return this.props.ui.session.store.get(this.#draft) ?? "";
  }

  /** For the page's `prefill`, too. */
  readonly write = (text: string): void => {
    const { store } = this.props.ui.session;
    this.setState({ text, unfolds: false });
    if (this.state.aim?.text !== undefined) return;
    if (text) store.set(this.#draft, text);
    else store.remove(this.#draft);
  };

  readonly aim = (aim: Aim | null): void => {
    this.setState(({ text, aim: before }) => ({
      aim,
      text: aim?.text ?? (before?.text === undefined ? text : this.#kept()),
    }));
    this.#field.current?.focus();
  };

  /** A text is not stored again. */
  readonly show = (what: Partial<Shown>): void => this.setState(what);

  #open(feature: Feature<"emoji"> | Feature<"identity">): void {
    this.setState(({ opened }) => ({ opened: opened === feature ? null : feature }));
  }

  /** What was behind the "+" takes its place, until one writes on. */
  readonly #unfold = ({ currentTarget }: TargetedEvent<HTMLElement>): void => {
    const { nextElementSibling } = currentTarget;
    this.setState({ unfolds: true }, () => (nextElementSibling as HTMLElement).focus());
  };

  readonly #close = (): void => {
    if (this.state.opened === you) this.#face.current?.focus();
    this.setState({ opened: null });
  };

  override componentDidMount(): void {
    this.props.composer.current = this;
    // An empty field has its height from the sheet, and a panel that opens is laid out once instead
    // of twice.
    if (this.state.text) this.#fit();
  }

  override componentDidUpdate(_: PartProps, { text }: ComposerState): void {
    if (text !== this.state.text) this.#fit();
  }

  /** As high as its text. Measuring makes the browser lay the panel out at once. */
  #fit(): void {
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

  readonly #onInput = ({ currentTarget }: TargetedInputEvent<HTMLTextAreaElement>): void => {
    const { session, room } = this.props.ui;
    this.write(currentTarget.value);
    if (currentTarget.value.trim()) session.typing(room);
  };

  override render(props: PartProps, { text, aim, more, pressed, opened, unfolds }: ComposerState) {
    const { ui, room, snapshot } = props;
    const { t, session, data } = ui;
    const closed = whyClosed(props);
    const said = text.trim();
    // Code points, as the server counts them.
    const { length } = [...said];
    const left = snapshot.limits.body_chars - length;
    const wait = aim?.text === undefined ? secondsUntil(room?.notBefore) : 0;
    const canSend = (length || more) && left >= 0 && !wait && !closed;
    const opener = files.opener(props);
    const hint = hintFor(props, closed, left);
    const send = (event: Event) => {
      event.preventDefault();
      if (!canSend || isTermsComing(props)) return;
      if (aim) aim.send(said, more);
      else session.send(ui.room, said, more);
      if (aim?.text === undefined) this.write("");
      this.aim(null);
    };
    const face = you.opener(props);
    const from = { ...props, pressed, onDone: this.#close };
    return (
      <>
        <form class="composer" part="composer" onSubmit={send}>
          {aim?.strip}
          {opener && (pressed || files.file.here) && <FeatureView feature={files} from={from} />}
          {opened === emoji && <FeatureView feature={emoji} from={from} />}
          <div class={unfolds ? "field" : "field packed"}>
            {face && this.#ownFace(face.label)}
            <textarea
              ref={this.#field}
              rows={1}
              dir={text ? "auto" : undefined}
              enterkeyhint="send"
              aria-label={t("composer.label")}
              aria-describedby="note"
              placeholder={data.placeholder || t("composer.placeholder")}
              disabled={!!closed}
              value={text}
              onInput={this.#onInput}
              onKeyDown={(event) => sends(event) && send(event)}
            />
            {opener && !closed && (
              <button
                type="button"
                class="plain fold"
                aria-label={t("composer.more")}
                title={t("composer.more")}
                onClick={this.#unfold}
              >
                <Icon name="M12 5v14M5 12h14" />
              </button>
            )}
            {opener && (
              <FeatureButton
                ui={ui}
                file={files.file}
                label={opener.label}
                onPress={() => this.setState({ pressed: {} })}
              >
                <Icon name={opener.icon} />
              </FeatureButton>
            )}
            {!closed && (
              <FeatureButton
                ui={ui}
                file={emoji.file}
                label={t("emoji.open")}
                isOpen={opened === emoji}
                onPress={() => this.#open(emoji)}
              >
                <Icon name="smile" />
              </FeatureButton>
            )}
            <button
              type="submit"
              class="send"
              aria-label={t("composer.send")}
              aria-disabled={!canSend}
            >
              {wait ? <b>{wait}</b> : <Icon name="send" />}
            </button>
          </div>
          <div class={hint.isBad ? "note bad" : "note"} id="note">
            {hint.text}
          </div>
        </form>
        {opened === you && <FeatureView feature={you} from={from} />}
      </>
    );
  }

  /** The way to oneself. Until one is known its place is kept, or the text would move. */
  #ownFace(label: string) {
    const { ui, snapshot } = this.props;
    const { visitor } = snapshot;
    return visitor ? (
      <FeatureButton
        ui={ui}
        file={you.file}
        label={label}
        button={this.#face}
        onPress={() => this.#open(you)}
      >
        <Face {...visitor} />
      </FeatureButton>
    ) : (
      <span class="plain" />
    );
  }
}
