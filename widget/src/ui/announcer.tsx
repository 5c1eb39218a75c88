/**
 * Announces to a screen reader what came, at most once a second, so that a busy room can still be
 * listened to. Of several tabs the one in sight announces; one that comes into sight later
 * announces what nobody has seen in another.
 */

import { Component, isIgnored, plainText } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import type { RoomState } from "../rooms/reduce.ts";

const PAUSE_MS = 1000;
const newestOf = (room: RoomState | null): number => room?.groups.at(-1)?.messages.at(-1)?.seq ?? 0;

export class Announcer extends Component<PartProps, { readonly text: string }> {
  override state = { text: "" };
  // What was there when the room was opened is read by whoever wants to, not announced.
  #announced = newestOf(this.props.room);
  #epoch = this.props.room?.epoch;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    document.addEventListener("visibilitychange", this.#look);
  }

  override componentDidUpdate(): void {
    const { room } = this.props;
    if (room?.epoch !== this.#epoch) {
      this.#epoch = room?.epoch;
      this.#announced = newestOf(room);
    }
    if (newestOf(room) > this.#announced && !document.hidden)
      this.#timer ??= setTimeout(this.#announce, PAUSE_MS);
  }

  override componentWillUnmount(): void {
    document.removeEventListener("visibilitychange", this.#look);
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    this.#announced = Math.max(this.#announced, this.props.room?.seen ?? 0);
    this.componentDidUpdate();
  };

  readonly #announce = (): void => {
    const { ui, room } = this.props;
    this.#timer = undefined;
    const fresh = (room?.groups ?? [])
      .slice(-2)
      .flatMap(({ messages }) => messages)
      .filter(
        ({ seq, author: { id }, deleted }) =>
          seq > this.#announced && id !== ui.me && !deleted && !isIgnored(ui, id),
      );
    this.#announced = newestOf(room);
    const [first] = fresh;
    if (!first) return;
    const name = first.author.name || ui.t("message.someone");
    const text =
      fresh.length === 1
        ? ui.t("log.spoken", { name, text: plainText(first) })
        : ui.t("log.arrived", { n: fresh.length });
    this.setState({ text });
  };

  override render(_: PartProps, { text }: { readonly text: string }) {
    return (
      <div class="hidden" aria-live="polite">
        <span>{text}</span>
      </div>
    );
  }
}
