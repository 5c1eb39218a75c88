/** The tools at a message, its menu, and a line that says what came of it. */

import { Component, Icon, LazyFile, problemText } from "../../parts/parts.ts";
import type { Message, Problem } from "../../rooms/reduce.ts";
import english from "../../strings/en-message-tools.json";
import type { ViewProps } from "../feature.ts";
import { edit, reply } from "./aims.tsx";
import { chipAt, focusMessage, Gestures } from "./gestures.ts";
import { ICONS } from "./icons.ts";
import { linkedMessage, linkTo, onLink } from "./link.ts";
import { canWrite, Menu, type MenuKind } from "./menu.tsx";
import { Seek } from "./seek.ts";
import { type Acted, actAsTeam, actsFor, type TeamAct, undoAsTeam } from "./team-acts.ts";

export { default as styles } from "./message-tools.css";

type Props = ViewProps<"message">;

interface Toast {
  readonly text?: string;
  /** In place of a text: its sentence may have to be fetched. */
  readonly problem?: Problem;
  /** What the button says, where it says something else. */
  readonly label?: string;
  undo?(): void;
}

interface State {
  /** Whose tools are shown: 0 for none. */
  readonly at: number;
  readonly menu: {
    readonly seq: number;
    readonly kind: MenuKind;
    /** The picker of all emoji stands in it. */
    readonly picks?: boolean;
  } | null;
  /** What the team may do with that message, once it is known. */
  readonly acts: readonly TeamAct[];
  readonly toast: Toast | null;
  readonly tip: { readonly seq: number; readonly text: string } | null;
}

/** Comes with the first letter that is written. */
export const completion = new LazyFile(() => import("./completion.tsx"));

const TOAST_MS = 10_000;
/** A menu needs as much; in a lower list it is a sheet. */
const LEAST_LIST_PX = 300;
const TOOLS_PX = 46;
const EDGE_PX = 8;

export class View extends Component<Props, State> {
  override state: State = { at: 0, menu: null, acts: [], toast: null, tip: null };
  readonly #seek = new Seek(this.props.list);
  #gestures: Gestures | null = null;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #over = new AbortController();
  /** What the pointer is on by now: an answer may come late. */
  #chip: Element | null = null;

  override componentDidMount(): void {
    const { list, press, ui } = this.props;
    ui.t.add(english.words);
    this.#gestures = new Gestures(list, {
      pointed: (seq, part) => this.#point(seq, part),
      opened: (seq, byFinger) => this.#open(seq, byFinger ? "sheet" : "both"),
      pressed: (seq, button) => this.#press(seq, button),
    });
    this.#gestures.begin(press);
    const { signal } = this.#over;
    onLink(ui.refresh, signal);
    list.closest(".panel")?.addEventListener("input", this.#complete, { signal });
    // On the way down: what is clicked may stop the event.
    document.addEventListener("click", this.#clickedElsewhere, {
      capture: true,
      signal,
    });
  }

  readonly #complete = (): void => {
    if (!completion.here) completion.fetch().then(this.props.ui.refresh, () => {});
  };

  override componentDidUpdate(): void {
    const { room, ui, list } = this.props;
    const linked = linkedMessage(this.props);
    if (linked) this.#seek.to(linked);
    if (room && !this.#seek.step(ui, room)) this.#say({ text: ui.t("quote.gone") });
    const { menu, at, tip } = this.state;
    const seq = menu?.seq ?? at;
    // Looking for them goes through the whole list, at each message.
    if (!seq && !tip) return;
    const box = list.querySelector<HTMLElement>(":scope > .menu:not(.sheet), :scope > .tip");
    if (box) box.style.top = `${this.#top(seq, box.offsetHeight, TOOLS_PX)}px`;
    const tools = list.querySelector<HTMLElement>(":scope > .tools");
    if (tools) tools.style.top = `${this.#top(at, TOOLS_PX, -TOOLS_PX / 2)}px`;
    for (const below of list.querySelectorAll<HTMLElement>(":scope > .scrim, :scope > .sheet"))
      this.#spread(below);
  }

  override componentWillUnmount(): void {
    this.#gestures?.end();
    this.#over.abort();
    clearTimeout(this.#toastTimer);
  }

  /** So far below the top of the message, and within the list. */
  #top(seq: number, height: number, below: number): number {
    const { list } = this.props;
    const { top } = list.getBoundingClientRect();
    const bubble = list.querySelector(`[data-seq="${seq}"] .bubble`);
    const place = (bubble?.getBoundingClientRect().top ?? top) - top + below;
    return Math.max(EDGE_PX, Math.min(place, list.clientHeight - height - EDGE_PX));
  }

  /** Over the whole panel, which the list is a part of. */
  #spread({ style, classList }: HTMLElement): void {
    const { list } = this.props;
    const panel = list.closest(".panel")?.getBoundingClientRect();
    const own = list.getBoundingClientRect();
    if (!panel) return;
    style.insetInline = "0";
    style.bottom = `${own.bottom - panel.bottom}px`;
    if (classList.contains("scrim")) style.top = `${panel.top - own.top}px`;
  }

  #message(seq: number): Message | undefined {
    return findMessageIn(this.props, seq);
  }

  #element(seq: number): HTMLElement | undefined {
    return this.props.list.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? undefined;
  }

  readonly #clickedElsewhere = (event: Event): void => {
    const { menu } = this.state;
    if (!menu || menu.kind === "sheet") return;
    const box = this.props.list.querySelector(".menu,.tools");
    const isInside = event.composedPath().some((node) => node === box || isToolOf(node));
    if (!isInside) this.setState({ menu: null });
  };

  #point(at: number, part: Element | null): void {
    const chip = chipAt(part);
    if (chip && chip !== this.#chip) void this.#askWho(at, chip);
    else if (!chip && this.state.tip) this.setState({ tip: null });
    this.#chip = chip;
    if (at !== this.state.at) this.setState({ at });
  }

  #open(seq: number, kind: MenuKind): void {
    if (!this.#message(seq) || this.#message(seq)?.deleted) return;
    const isLow = this.props.list.clientHeight < LEAST_LIST_PX;
    this.setState({ menu: { seq, kind: isLow ? "sheet" : kind }, acts: [], at: 0, tip: null });
    if (this.props.ui.team) void this.#askActs(seq);
  }

  async #pick(): Promise<void> {
    const { emoji, ui } = this.props;
    try {
      ui.addStyles((await emoji.file.fetch()).styles);
      this.setState(({ menu }) => ({ menu: menu && { ...menu, picks: true } }));
    } catch {
      this.#say({ text: ui.t("feature.failed") });
    }
  }

  async #askActs(seq: number): Promise<void> {
    const { ui, room } = this.props;
    try {
      const acts = room ? await actsFor(ui, room, seq) : [];
      if (this.state.menu?.seq === seq) this.setState({ acts });
    } catch (problem) {
      this.#failed(problem);
    }
  }

  async #moderate(asked: Promise<Acted>): Promise<void> {
    const { ui } = this.props;
    try {
      const { said: text, undo, undo_label: label } = await asked;
      this.#say({
        text,
        ...(undo && { label, undo: () => void this.#moderate(undoAsTeam(ui, undo)) }),
      });
    } catch (problem) {
      this.#failed(problem);
    }
  }

  readonly #close = (): void => {
    const { menu } = this.state;
    this.setState({ menu: null, at: 0 });
    if (menu) focusMessage(this.#element(menu.seq));
  };

  #press(seq: number, { dataset }: HTMLElement): void {
    const message = this.#message(seq);
    if (dataset.quotes) {
      this.#seek.to(Number(dataset.quotes));
      this.componentDidUpdate();
    } else if (message && dataset.emoji) this.#react(message, dataset.emoji);
  }

  #say(toast: Toast | null): void {
    this.setState({ toast });
    this.#sayLater();
  }

  /** Nothing goes while somebody is about to press it. */
  readonly #stay = (): void => clearTimeout(this.#toastTimer);

  readonly #sayLater = (): void => {
    this.#stay();
    this.#toastTimer = setTimeout(() => this.setState({ toast: null }), TOAST_MS);
  };

  readonly #failed = (problem: unknown): void => {
    this.#say({ problem: problem as Problem });
  };

  #react({ seq, mine }: Message, emoji: string): void {
    const { session, room } = this.props.ui;
    const on = !mine.includes(emoji);
    session.act(room, { type: "react", seq, emoji, on }).catch(this.#failed);
  }

  /** The first hundred who reacted so. */
  async #askWho(seq: number, chip: HTMLElement): Promise<void> {
    const { ui, room } = this.props;
    const emoji = chip.dataset.emoji ?? "";
    const path = `rooms/${room?.room}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`;
    try {
      const { who } = (await ui.session.call("GET", path)) as { who: { name: string }[] };
      const text = `${emoji} ${who.map(({ name }) => name).join(", ")}`;
      if (this.#chip === chip && who.length) this.setState({ tip: { seq, text } });
    } catch {
      // Nobody asked for it in words: the count says enough.
    }
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text).then(
      () => this.#say({ text: this.props.ui.t("tools.copied") }),
      () => {},
    );
  }

  #remove({ seq }: Message): void {
    const { session, room } = this.props.ui;
    session.act(room, { type: "delete", seq }).catch(this.#failed);
  }

  #ignore({ author: { id, name } }: Message): void {
    if (!id) return;
    const { session, t } = this.props.ui;
    const person = { id, name };
    session.ignore(person, true);
    this.#say({
      text: t("tools.ignored", { name }),
      undo: () => session.ignore(person, false),
    });
  }

  async #report({ seq }: Message, text: object): Promise<void> {
    const { ui, room } = this.props;
    try {
      await ui.session.call("POST", `rooms/${room?.room}/messages/${seq}/report`, text);
      this.#say({ text: ui.t("report.thanks") });
    } catch (problem) {
      this.#failed(problem);
    }
  }

  override render(props: Props, { at, menu, toast, tip }: State) {
    const { t } = props.ui;
    t.add(english.words);
    const { Completion } = completion.here ?? {};
    const pointed = menu ? undefined : findMessageIn(props, at);
    const message = menu ? findMessageIn(props, menu.seq) : undefined;
    return (
      <>
        {pointed && !pointed.deleted && this.#tools(pointed)}
        {tip && <div class="tip">{tip.text}</div>}
        {menu?.kind === "sheet" && (
          // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: Escape closes the sheet; this is for fingers.
          <div class="scrim" onClick={this.#close} />
        )}
        {menu && message && this.#menu(message, menu.kind, menu.picks)}
        {Completion && <Completion from={props} list={props.list} emoji={props.emoji.file} />}
        <div role="status">{toast && this.#toast(toast)}</div>
      </>
    );
  }

  #menu(message: Message, kind: MenuKind, picks?: boolean) {
    const { ui, room } = this.props;
    return (
      <Menu
        key={`${kind} ${picks}`}
        from={this.props}
        picker={picks ? this.props.emoji.file.here : null}
        pick={() => void this.#pick()}
        message={message}
        kind={kind}
        react={(emoji) => this.#react(message, emoji)}
        reply={() => reply(this.props, message)}
        copy={() => void this.#copy(message.body)}
        link={() => room && void this.#copy(linkTo(this.props, room, message.seq))}
        edit={() => edit(this.props, message, this.#failed)}
        remove={() => this.#remove(message)}
        ignore={() => this.#ignore(message)}
        report={(text) => void this.#report(message, text)}
        acts={this.state.acts}
        moderate={(act) => {
          if (room) void this.#moderate(actAsTeam(ui, room, message.seq, act));
        }}
        close={this.#close}
      />
    );
  }

  /** For a pointer; a keyboard has Enter. */
  #tools(message: Message) {
    const { t } = this.props.ui;
    const { seq } = message;
    const button = (icon: "smile" | "reply" | "more", label: string, run: () => void) => (
      <button
        type="button"
        class="plain"
        data-tool={icon}
        aria-label={label}
        title={label}
        onClick={run}
      >
        <Icon name={ICONS[icon]} />
      </button>
    );
    return (
      <div class="tools" role="toolbar" aria-label={t("tools.label")}>
        {canWrite(this.props) && (
          <>
            {button("smile", t("tools.react"), () => this.#open(seq, "react"))}
            {button("reply", t("tools.reply"), () => reply(this.props, message))}
          </>
        )}
        {button("more", t("tools.more"), () => this.#open(seq, "menu"))}
      </div>
    );
  }

  #toast({ text, problem, label, undo }: Toast) {
    return (
      <div
        class="toast"
        onPointerEnter={this.#stay}
        onPointerLeave={this.#sayLater}
        onFocusIn={this.#stay}
        onFocusOut={this.#sayLater}
      >
        <span dir="auto">{problem ? problemText(this.props.ui, problem) : text}</span>
        {undo && (
          <button
            type="button"
            class="link"
            onClick={() => {
              this.#say(null);
              undo();
            }}
          >
            <span>{label ?? this.props.ui.t("tools.undo")}</span>
          </button>
        )}
      </div>
    );
  }
}

const isToolOf = (node: EventTarget): boolean =>
  node instanceof HTMLElement && node.dataset.tool !== undefined;

function findMessageIn({ room }: Props, seq: number): Message | undefined {
  if (!seq) return undefined;
  for (const { messages } of room?.groups ?? []) {
    const found = messages.find((message) => message.seq === seq);
    if (found) return found;
  }
  return undefined;
}
