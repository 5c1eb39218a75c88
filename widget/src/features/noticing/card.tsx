/** One answer to the visitor, beside the launcher of a chat that is closed. */

import { Face, Icon, isTeam, plainText, render } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Answer, NoticedView } from "./types.ts";

interface CardProps {
  readonly ui: Ui;
  readonly answer: Answer;
  onOpen(): void;
  onClose(): void;
}

function CardFace({ ui, answer, onOpen, onClose }: CardProps) {
  const { t } = ui;
  const { author, attachments } = answer.message;
  const name = author.name || t("message.someone");
  const text = plainText(answer.message).split("\n")[0] || attachments[0]?.name || "";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves what its buttons are for.
    <div
      class="card"
      onKeyDown={({ key, isComposing }) => key === "Escape" && !isComposing && onClose()}
    >
      <button
        type="button"
        class="answer"
        aria-label={t("card.open", { name, text })}
        onClick={onOpen}
      >
        <Face {...author} />
        <span class="said">
          <span class="by">
            <b dir="auto" translate={false}>
              {name}
            </b>
            {isTeam(author) && <span class="tag">{t(`role.${author.role}`)}</span>}
          </span>
          <span dir="auto">{text}</span>
        </span>
      </button>
      <button
        type="button"
        class="plain"
        aria-label={t("card.close")}
        title={t("card.close")}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

export class Card {
  readonly #view: NoticedView;
  /** A region that is there before its words are: they are announced politely. */
  readonly #box = document.createElement("div");
  #answer: Answer | null = null;

  constructor(view: NoticedView) {
    this.#view = view;
    this.#box.setAttribute("role", "status");
    view.root.append(this.#box);
  }

  get answer(): Answer | null {
    return this.#answer;
  }

  /** Of several the newest stands. */
  show(ui: Ui, answer: Answer, onOpen: () => void): void {
    const { panel } = this.#view;
    const { theme = "auto" } = panel.dataset;
    this.#answer = answer;
    const box = this.#box;
    box.className = `ing noticed${panel.classList.contains("alone") ? " alone" : ""}`;
    box.lang = ui.t.lang;
    box.dir = panel.dir;
    box.dataset.theme = theme;
    // The owner's colours.
    box.style.cssText = panel.style.cssText;
    const onClose = () => {
      const hadFocus = box.contains(this.#view.root.activeElement);
      this.hide();
      if (hadFocus) this.#view.entry.button.focus();
    };
    const props = { ui, answer, onOpen, onClose };
    render(<CardFace key={answer.message.seq} {...props} />, box);
  }

  hide(): void {
    if (!this.#answer) return;
    this.#answer = null;
    render(null, this.#box);
    this.#box.removeAttribute("style");
  }

  remove(): void {
    this.hide();
    this.#box.remove();
  }
}
