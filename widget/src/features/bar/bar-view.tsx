/**
 * The bar, the most urgent first:
 *
 *   slow mode ─► in a private line: the team is away ─► an announcement that was not closed
 *   ─► what is pinned, and the closed announcement
 *
 * Without a connection the panel's own notice stands in this place, and the sheet hides the bar.
 */

import { Component, Icon } from "../../parts/parts.ts";
import type { RoomInfo } from "../../protocol/frames.ts";
import english from "../../strings/en-bar.json";
import type { ViewProps } from "../feature.ts";
import { ICONS } from "./icons.ts";
import { Pins } from "./pins.ts";

export { default as styles } from "./bar.css";

interface BarState {
  /** Which of the pins is shown. */
  readonly at: number;
}

/** What the visitor has closed, by the slug of its room: the words themselves. */
const keyOf = (room: string): string => `news:${room}`;

export class View extends Component<ViewProps<"unasked">, BarState> {
  override state: BarState = { at: 0 };
  readonly #pins = new Pins(() => this.forceUpdate());

  #close(room: string, news: string): void {
    const { ui } = this.props;
    ui.session.store.set(keyOf(room), news);
    ui.root.querySelector<HTMLElement>(".scroller")?.focus();
    this.setState({ at: 0 });
  }

  #open(room: string): void {
    this.props.ui.session.store.remove(keyOf(room));
    this.setState({ at: 0 });
  }

  override render({ ui, room, snapshot }: ViewProps<"unasked">, { at }: BarState) {
    const { t, session } = ui;
    t.add(english.words);
    if (!room?.info) return null;
    const { announcement, kind, slow_s: slow } = room.info;
    const away = kind === "private" ? snapshot.site?.away : null;
    if (slow && snapshot.visitor?.role === "visitor")
      return (
        <div class="bar info" role="status">
          <Icon name="clock" />
          <span>{t("composer.slow", { n: slow })}</span>
        </div>
      );
    if (typeof away === "string" && !ui.team)
      return (
        <div class="bar info" role="status">
          <Icon name="clock" />
          <span dir="auto">{away || t("bar.away")}</span>
        </div>
      );
    if (announcement && session.store.get(keyOf(room.room)) !== announcement)
      return (
        <div class="bar news" role="status">
          <Icon name={ICONS.news} />
          <span dir="auto">{announcement}</span>
          <button
            type="button"
            class="plain"
            aria-label={t("bar.close")}
            title={t("bar.close")}
            onClick={() => this.#close(room.room, announcement)}
          >
            <Icon name="close" />
          </button>
        </div>
      );
    return this.#pinned(room.info, at);
  }

  /** The newest first; a press leads there, and the next press to the next. */
  #pinned({ pinned, announcement }: RoomInfo, at: number) {
    const { ui, room } = this.props;
    if (!room) return null;
    const { t } = ui;
    const seqs = this.#pins.standing(ui, room, pinned);
    const all = announcement ? [...seqs, 0] : seqs;
    const seq = all[at % all.length];
    if (seq === undefined) return null;
    const text = seq ? this.#pins.textOf(seq) : announcement;
    return (
      // Another one each: a press that waits for a file still means the one that was pressed.
      <button
        key={seq}
        type="button"
        class="bar"
        data-quotes={seq || undefined}
        onClick={() => (seq ? this.setState({ at: at + 1 }) : this.#open(room.room))}
      >
        <Icon name={seq ? ICONS.pin : ICONS.news} />
        <span class="hidden">{t(seq ? "bar.pinned" : "bar.announced")}</span>
        <span class="line" dir="auto">
          {text ?? t("bar.pinned")}
        </span>
        {all.length > 1 && (
          <small>
            {(at % all.length) + 1}/{all.length}
          </small>
        )}
        <Icon name={ICONS.next} />
      </button>
    );
  }
}
