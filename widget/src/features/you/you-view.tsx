/**
 * A sheet about oneself: the name first, then whom one ignores, the rules, and all that one wrote,
 * to take along or to delete.
 */

import { Component, createRef, Icon, problemText } from "../../parts/parts.ts";
import type { Problem } from "../../rooms/reduce.ts";
import english from "../../strings/en-you.json";
import type { ViewProps } from "../feature.ts";
import { ICONS } from "./icons.ts";
import { Leaving } from "./leaving.tsx";
import { NameForm } from "./name-form.tsx";
import { saveFile } from "./save-file.ts";
import { SoundSwitch } from "./sound.tsx";

export { default as styles } from "./you.css";

interface YouState {
  readonly open: "" | "ignored" | "rules" | "leaving";
  /** How many of one's messages stand; null until it is known. */
  readonly messages: number | null;
  readonly taking: "" | "busy" | "done";
  readonly problem: Problem | null;
}

const FILE = "what-i-wrote.json";
const FOCUSABLE = "button:not(:disabled),input,a[href]";

export class View extends Component<ViewProps<"identity">, YouState> {
  override state: YouState = { open: "", messages: null, taking: "", problem: null };
  readonly #sheet = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    const { session } = this.props.ui;
    const told = session.call("GET", "me") as Promise<{ readonly messages?: number } | null>;
    told.then(
      (me) => this.setState({ messages: me?.messages ?? null }),
      () => {},
    );
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, isComposing } = event;
    if (key === "Escape" && !isComposing) {
      // What is topmost is closed, and it alone.
      event.stopPropagation();
      if (this.state.open === "leaving") this.setState({ open: "" });
      else this.props.onDone();
    }
    if (key !== "Tab") return;
    const all = this.#sheet.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [];
    const end = all[shiftKey ? 0 : all.length - 1];
    if (this.props.ui.root.activeElement !== end) return;
    event.preventDefault();
    all[shiftKey ? all.length - 1 : 0]?.focus();
  };

  readonly #take = async (): Promise<void> => {
    const { session } = this.props.ui;
    this.setState({ taking: "busy", problem: null });
    try {
      saveFile(FILE, await session.call("GET", "me/export"));
      this.setState({ taking: "done" });
    } catch (problem) {
      this.setState({ taking: "", problem: problem as Problem });
    }
  };

  #toggle(open: YouState["open"]): void {
    this.setState({ open: this.state.open === open ? "" : open });
  }

  override render(props: ViewProps<"identity">, { open, messages }: YouState) {
    const { ui, onDone } = props;
    const { t } = ui;
    t.add(english.words);
    return (
      <>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the sheet */}
        <div class="you-scrim" onClick={onDone} />
        <div
          class="you"
          role="dialog"
          aria-modal="true"
          aria-label={t("you.title")}
          ref={this.#sheet}
          onKeyDown={this.#onKeyDown}
        >
          {open === "leaving" ? (
            <Leaving
              from={props}
              messages={messages}
              onKeep={() => this.setState({ open: "" })}
              onGone={onDone}
            />
          ) : (
            <>
              <NameForm {...props} />
              {this.#list()}
              <button type="button" class="done" onClick={onDone}>
                <span>{t("you.done")}</span>
              </button>
            </>
          )}
        </div>
      </>
    );
  }

  #list() {
    const { ui, room, snapshot } = this.props;
    const { open, messages, taking, problem } = this.state;
    const { t, ignored, session } = ui;
    const rules = room?.info?.rules ?? "";
    const consent = snapshot.site?.consent?.text ?? "";
    const line = (
      icon: `M${string}`,
      text: string,
      is: YouState["open"],
      end?: string | number,
    ) => (
      <button
        type="button"
        class="item"
        aria-expanded={open === is}
        onClick={() => this.#toggle(is)}
      >
        <Icon name={icon} />
        <span>{text}</span>
        {end !== undefined && <small>{end}</small>}
      </button>
    );
    return (
      <>
        {ignored.length > 0 && line(ICONS.ignore, t("you.ignored"), "ignored", ignored.length)}
        {open === "ignored" && (
          <ul>
            {ignored.map((person) => (
              <li key={person.id}>
                <span dir="auto">{person.name}</span>
                <button type="button" class="link" onClick={() => session.ignore(person, false)}>
                  <span>{t("you.ignored.undo")}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {(rules || consent) && line(ICONS.rules, t("you.rules"), "rules")}
        {open === "rules" && (
          <div class="texts" dir="auto">
            {[rules, consent].filter(Boolean).join("\n\n")}
          </div>
        )}
        <SoundSwitch ui={ui} />
        <button type="button" class="item" disabled={taking === "busy"} onClick={this.#take}>
          <Icon name={ICONS.take} />
          <span>{t("you.take")}</span>
          <small aria-live="polite">
            {taking === "done"
              ? t("you.taken")
              : messages !== null && t("you.messages", { n: messages })}
          </small>
        </button>
        {problem && (
          <div class="refusal" role="alert">
            {problemText(ui, problem)}
          </div>
        )}
        <button type="button" class="item bad" onClick={() => this.setState({ open: "leaving" })}>
          <Icon name={ICONS.trash} />
          <span>{t("you.delete")}</span>
        </button>
      </>
    );
  }
}
