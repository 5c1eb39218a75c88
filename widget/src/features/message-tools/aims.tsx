/** What the next text is for: an answer to a message, or another text of one. */

import { Component, Icon, plainText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Message } from "../../rooms/reduce.ts";

export function reply(from: PartProps, message: Message): void {
  const { seq, author } = message;
  const { ui, composer } = from;
  const { t, session, room } = ui;
  const name = author.name || t("message.someone");
  composer.current?.aim({
    get strip() {
      return <Strip from={from} title={t("reply.to", { name })} quoted={plainText(message)} />;
    },
    send: (text, more) => void session.send(room, text, { ...more, reply_to: seq }),
  });
}

/** What was refused is shown again, to be mended. */
export function edit(
  from: PartProps,
  message: Message,
  failed: (problem: unknown) => void,
  text = message.body,
): void {
  const { ui, composer } = from;
  const { session, room, t } = ui;
  const { seq, body } = message;
  composer.current?.aim({
    get strip() {
      return <Strip from={from} title={t("edit.title")} quoted={plainText(message)} />;
    },
    text,
    send: (changed) => {
      if (!changed || changed === body) return;
      session.act(room, { type: "edit", seq, body: changed }).catch((problem) => {
        failed(problem);
        edit(from, message, failed, changed);
      });
    },
  });
}

interface StripProps {
  readonly from: PartProps;
  readonly title: string;
  readonly quoted: string;
}

/** Above the field. Its button and Escape in the field end it. */
class Strip extends Component<StripProps> {
  readonly #over = new AbortController();

  override componentDidMount(): void {
    const { root } = this.props.from.ui;
    const field = root.querySelector<HTMLElement>(".composer textarea");
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // What is topmost is closed, and it alone.
      event.stopPropagation();
      this.#end();
    };
    field?.addEventListener("keydown", onKeyDown, { signal: this.#over.signal });
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  readonly #end = (): void => this.props.from.composer.current?.aim(null);

  override render({ from, title, quoted }: StripProps) {
    const cancel = from.ui.t("composer.cancel");
    return (
      <div class="aim">
        <div>
          <b dir="auto">{title}</b>
          <span dir="auto">{quoted}</span>
        </div>
        <button type="button" class="plain" aria-label={cancel} title={cancel} onClick={this.#end}>
          <Icon name="close" />
        </button>
      </div>
    );
  }
}
