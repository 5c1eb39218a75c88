/**
 * The scrolling list. Three things are its own: it stays at the bottom while it is there, it keeps
 * its place when older messages come in above, and it asks for those when the visitor gets near the
 * top.
 */

import type { ComponentChildren, VNode } from "preact";
import { Component, createRef, fullTimeText, isIgnored, LazyFile } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import { findMessage, type Message, type RoomState } from "../rooms/reduce.ts";
import { invitation } from "./invitation.tsx";
import { Jump } from "./jump.tsx";
import { messageRow, pendingRow } from "./message.tsx";
import { newLineAfter, type Row, rowsOf, shownAsSent } from "./rows.ts";

interface ListProps extends PartProps {
  readonly room: RoomState;
  /** Sends one of the first questions. */
  onAsk(text: string): void;
}

interface ListState {
  readonly isAtBottom: boolean;
  readonly newAfter: number | null;
  /** False in the first frame, which draws the newest rows alone, without their times. */
  readonly isWhole: boolean;
}

/** Nearer than this counts as being at the bottom. */
const STICK_PX = 60;
/** Older messages are asked for this far before the top. */
const AHEAD_PX = 500;
/** Of ten that came one by one, or of a page: 200 to 1,000 messages. */
const MAX_GROUPS = 20;
const MEASURE_MS = 400;
/** More than a panel shows: what the first frame draws. */
const FIRST_ROWS = 24;
/**
 * The others follow, once those are on the screen, and the times of all: the first time that a page
 * formats takes 20 to 50 ms on a slow phone.
 */
const REST_MS = 50;

/**
 * What is in sight counts as seen once it is on the screen: its mark, which draws the panel again,
 * would keep it from there for 15 ms on a slow phone.
 */
const SEEN_MS = 50;

type Timer = ReturnType<typeof setTimeout> | undefined;

const newestOf = ({ groups }: RoomState): number => groups.at(-1)?.messages.at(-1)?.seq ?? 0;
const oldestOf = ({ groups }: RoomState): number | undefined => groups[0]?.messages[0]?.seq;

/** The place among the others of what is shown as sent: hardly anybody has such messages. */
export const asSent = new LazyFile(() => import("./as-sent.ts"));

interface SameProps {
  readonly from: readonly unknown[];
  draw(): ComponentChildren;
}

/**
 * An unchanged group costs nothing, and of a changed group an unchanged row: one message more takes
 * half the time. A node that is kept and given again would cost nothing either, but it keeps all
 * that was drawn with it, until the page has forgotten its message.
 */
class Same extends Component<SameProps> {
  override shouldComponentUpdate({ from }: SameProps): boolean {
    return from.some((value, at) => value !== this.props.from[at]);
  }

  override render({ draw }: SameProps) {
    return draw();
  }
}

export class MessageList extends Component<ListProps, ListState> {
  override state: ListState = { isAtBottom: true, newAfter: null, isWhole: false };
  readonly #scroller = createRef<HTMLDivElement>();
  #resizes: ResizeObserver | null = null;
  #rest: Timer;
  #seen: Timer;
  /** Everything up to here was in sight, of this epoch. */
  #shown = 0;
  #epoch: string | null = null;
  /** What was the newest when the visitor left the bottom. */
  #leftAt = 0;

  constructor(props: ListProps) {
    super(props);
    props.ui.addStyles(MESSAGES_CSS);
  }

  override componentDidMount(): void {
    const scroller = this.#element();
    this.#resizes = new ResizeObserver(() => this.#keepScrolled());
    this.#resizes.observe(scroller);
    this.#resizes.observe(this.#content());
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("focus", this.#look);
    this.#rest = setTimeout(this.#prepareRest, REST_MS);
    this.componentDidUpdate(this.props, this.state, null);
  }

  override componentWillUnmount(): void {
    this.#resizes?.disconnect();
    clearTimeout(this.#rest);
    clearTimeout(this.#seen);
    if (this.#seen) this.#saw();
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("focus", this.#look);
  }

  /** Where the oldest message was before another page came in above it. */
  override getSnapshotBeforeUpdate({ room }: ListProps): number | null {
    return oldestOf(room) === oldestOf(this.props.room) ? null : this.#topOf(oldestOf(room));
  }

  override componentDidUpdate({ room }: ListProps, _: ListState, top: number | null): void {
    if (top !== null && !this.state.isAtBottom)
      this.#element().scrollTop += (this.#topOf(oldestOf(room)) ?? top) - top;
    const wrote = this.props.room.pending.at(-1);
    if (wrote && !wrote.otherTabSince && wrote.cid !== room.pending.at(-1)?.cid)
      this.setState({ isAtBottom: true, newAfter: null });
    this.#look();
    this.#keepScrolled();
    // The browser skips what is out of sight, but only once it knows how high that is: a guess
    // would make the list jump.
    for (const { className, classList } of this.#content().children)
      if (className === "group") setTimeout(() => classList.add("measured"), MEASURE_MS);
  }

  #element(): HTMLDivElement {
    return this.#scroller.current as HTMLDivElement;
  }

  #content(): Element {
    return this.#element().firstElementChild as Element;
  }

  #topOf(seq: number | undefined): number | null {
    const found = this.#element().querySelector(`[data-seq="${seq}"]`);
    return found?.getBoundingClientRect().top ?? null;
  }

  #keepScrolled(): void {
    const { ui, room } = this.props;
    const scroller = this.#element();
    if (this.state.isAtBottom) {
      scroller.scrollTop = scroller.scrollHeight;
      if (room.groups.length > MAX_GROUPS) ui.session.trim(ui.room, MAX_GROUPS);
    }
    if (
      this.state.isWhole &&
      room.older &&
      room.paging === null &&
      scroller.clientHeight &&
      scroller.scrollTop < AHEAD_PX
    )
      ui.session.older(ui.room);
  }

  /**
   * Marks as seen what is in sight, and draws the "new" line over what came while nobody looked.
   */
  readonly #look = (): void => {
    const { ui, room } = this.props;
    const { me } = ui;
    let { newAfter } = this.state;
    if (this.#epoch !== room.epoch) {
      this.#epoch = room.epoch;
      this.#shown = room.seen;
      // Nothing seen yet: then all is new, and a line over all of it says nothing.
      newAfter = room.seen ? newLineAfter(room.groups, room.seen, me) : null;
    }
    const isLooking = !document.hidden && document.hasFocus();
    if (!isLooking) newAfter ??= newLineAfter(room.groups, this.#shown, me);
    else if (this.state.isAtBottom) this.#shown = newestOf(room);
    if (newAfter !== this.state.newAfter) this.setState({ newAfter });
    if (!document.hidden && this.state.isAtBottom && (room.unread || room.since > room.seen))
      this.#seen ??= setTimeout(this.#saw, SEEN_MS);
  };

  readonly #saw = (): void => {
    const { ui } = this.props;
    this.#seen = undefined;
    ui.session.seen(ui.room);
  };

  readonly #onScroll = (): void => {
    // The last scroll event may come when the list is gone.
    if (!this.#scroller.current) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller.current;
    const isAtBottom = scrollHeight - scrollTop - clientHeight <= STICK_PX;
    if (isAtBottom !== this.state.isAtBottom) {
      this.#leftAt = newestOf(this.props.room);
      this.setState({ isAtBottom });
    } else if (!isAtBottom) this.#keepScrolled();
  };

  readonly #jump = (): void => {
    this.setState({ isAtBottom: true });
    this.#element().focus();
  };

  readonly #prepareRest = (): void => {
    fullTimeText(this.props.ui.t, new Date());
    this.#rest = setTimeout(() => this.setState({ isWhole: true }));
  };

  /** The `seq` of the oldest message that is drawn now; 0 for all. */
  #firstDrawn(): number {
    if (this.state.isWhole) return 0;
    const all = this.props.room.groups.flatMap(({ messages }) => messages);
    return all.at(-FIRST_ROWS)?.seq ?? 0;
  }

  /** What a message answers, where it is here. */
  #quotedBy({ reply_to }: Pick<Message, "reply_to">): Message | undefined {
    return reply_to ? findMessage(this.props.room.groups, reply_to) : undefined;
  }

  #drawRow(row: Row, today: string): VNode {
    const { ui, room } = this.props;
    const { isWhole } = this.state;
    const { message, isMine, hasHead, startsDay, isFirstNew, isLast } = row;
    const quoted = this.#quotedBy(message);
    const isSeen = message.seq <= room.read;
    const place = [isMine, hasHead, startsDay, isFirstNew, isLast];
    return (
      <Same
        key={message.seq}
        from={[message, ui, today, isWhole, ...place, quoted, isSeen]}
        draw={() => messageRow(ui, row, isWhole, quoted, isSeen)}
      />
    );
  }

  #drawGroups(): VNode[] {
    const { ui, room } = this.props;
    const { me } = ui;
    const { newAfter, isWhole } = this.state;
    const today = new Date().toDateString();
    const sent = room.pending.filter(shownAsSent);
    const { here } = asSent;
    if (sent.length && !here) asSent.fetch().then(ui.refresh, () => {});
    const first = this.#firstDrawn();
    return room.groups.map(({ key, messages }, index) => {
      const before = room.groups[index - 1]?.messages.at(-1);
      const after = room.groups[index + 1]?.messages[0];
      const start = index || room.older ? messages[0] : undefined;
      const own = here?.sentWithin(sent, start, after) ?? [];
      const ownKey = own.map(({ cid }) => cid).join();
      const quoted = messages.map((message) => this.#quotedBy(message));
      const from = [
        messages,
        before,
        after,
        newAfter,
        ui,
        today,
        first,
        ownKey,
        isWhole,
        room.read,
        ...quoted,
      ];
      const draw = () => (
        <div class="group">
          {rowsOf(here?.withSent(messages, own, me ?? "") ?? messages, before, me, newAfter, after)
            .filter(({ message: { seq, author } }) => seq >= first && !isIgnored(ui, author.id))
            .map((row) => this.#drawRow(row, today))}
        </div>
      );
      return <Same key={key} from={from} draw={draw} />;
    });
  }

  override render(props: ListProps, { isAtBottom }: ListState) {
    const { ui, room, snapshot } = props;
    const { t } = ui;
    const { epoch, groups, pending, older, expired } = room;
    const isOffline = snapshot.connection.status === "offline";
    const isEmpty = !groups.length && !pending.length;
    // Always there while there is more: a line that comes and goes would move all below it.
    const edge = older
      ? "log.older"
      : isEmpty || !epoch
        ? ""
        : expired
          ? "log.expired"
          : "log.begin";
    return (
      <>
        <div
          class="scroller"
          part="messages"
          ref={this.#scroller}
          onScroll={this.#onScroll}
          role="log"
          aria-live="off"
          aria-label={t("log.label")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
          tabIndex={0}
        >
          <div class="content">
            {edge && <div class="edge">{t(edge)}</div>}
            {isEmpty && invitation(props, props.onAsk)}
            {this.#drawGroups()}
            {pending
              .filter((one) => !groups.length || !asSent.here || !shownAsSent(one))
              .map((one) => pendingRow(ui, one, isOffline, this.#quotedBy(one)))}
          </div>
        </div>
        {!isAtBottom && <Jump ui={ui} room={room} leftAt={this.#leftAt} onJump={this.#jump} />}
      </>
    );
  }
}
