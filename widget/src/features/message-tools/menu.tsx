/** What can be done with one message, as a card beside it or as a sheet on a phone. */

import { Component, createRef, Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Texts } from "../../parts/texts.ts";
import type { Message } from "../../rooms/reduce.ts";
import type { ViewFile } from "../feature.ts";
import { ICONS } from "./icons.ts";
import { Report, type ReportText } from "./report.tsx";
import type { TeamAct } from "./team-acts.ts";

export const QUICK = ["👍", "❤️", "😄", "😮", "🙏", "🔥"];
/** In the order of Tab: of a grid of buttons one has its turn. */
const CONTROLS = 'button:not([tabindex="-1"]),input,textarea';
const MINUTE_MS = 60_000;

/** The reactions alone, the rest alone, or all of it: beside the message, or from below. */
export type MenuKind = "react" | "menu" | "both" | "sheet";

export interface MenuActs {
  react(emoji: string): void;
  /** Asks for the picker. */
  pick(): void;
  reply(): void;
  copy(): void;
  link(): void;
  edit(): void;
  remove(): void;
  ignore(): void;
  report(text: ReportText): void;
  moderate(act: string): void;
  close(): void;
}

interface MenuProps extends MenuActs {
  readonly from: PartProps;
  readonly message: Message;
  readonly kind: MenuKind;
  /** All emoji to choose from, in the place of everything else; null where nobody asked. */
  readonly picker: ViewFile<"emoji"> | null;
  /** What the team may do beside. */
  readonly acts: readonly TeamAct[];
}

type Page = "items" | "delete" | "report";

interface Item {
  readonly icon: keyof typeof ICONS;
  readonly label: string;
  readonly note?: string;
  readonly isBad?: boolean;
  run(): void;
}

/** Whole minutes in which one may still change a message of one's own. */
export function minutesLeft({ snapshot }: PartProps, { at }: Message): number {
  const { limits, clockOffsetMs } = snapshot;
  const left = Date.parse(at) + limits.edit_window_s * 1000 - Date.now() - clockOffsetMs;
  return Math.max(0, Math.ceil(left / MINUTE_MS));
}

/** The focus is inside while it is open, and Escape closes it alone. */
export class Menu extends Component<MenuProps, { readonly page: Page }> {
  override state: { readonly page: Page } = { page: "items" };
  readonly #box = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    // The picker takes the focus by itself.
    if (!this.props.picker) this.#controls()[0]?.focus();
  }

  override componentDidUpdate(_: MenuProps, { page }: { readonly page: Page }): void {
    if (page !== this.state.page) this.#controls()[0]?.focus();
  }

  #controls(): HTMLElement[] {
    const found = this.#box.current?.querySelectorAll<HTMLElement>(CONTROLS);
    return [...(found ?? [])];
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, target } = event;
    event.stopPropagation();
    if (key === "Escape") return this.props.close();
    const isField = target instanceof Element && target.matches("input,textarea");
    const all = this.#controls();
    const at = all.indexOf(target as HTMLElement);
    const ahead = this.#box.current?.closest("[dir=rtl]") ? -1 : 1;
    const step =
      key === "Tab"
        ? shiftKey
          ? -1
          : 1
        : isField
          ? 0
          : { ArrowDown: 1, ArrowRight: ahead, ArrowUp: -1, ArrowLeft: -ahead }[key];
    if (!step) return;
    event.preventDefault();
    all.at((at + step) % all.length)?.focus();
  };

  override render({ from, message, kind, picker }: MenuProps, { page }: { readonly page: Page }) {
    const { t } = from.ui;
    return (
      <div
        ref={this.#box}
        class={kind === "sheet" ? "menu sheet" : "menu"}
        role="dialog"
        aria-modal={kind === "sheet"}
        aria-label={t("tools.label")}
        onKeyDown={this.#onKeyDown}
      >
        {page === "report" && <Report t={t} send={this.props.report} close={this.props.close} />}
        {page === "delete" && this.#question(t)}
        {picker && this.#picker(picker)}
        {page === "items" && !picker && (
          <>
            {kind !== "menu" && canWrite(from) && this.#quick(message)}
            {kind !== "react" && this.#items(from, message).map(this.#item)}
            {kind !== "react" && this.#teamActs()}
          </>
        )}
      </div>
    );
  }

  #picker({ View: Picker }: ViewFile<"emoji">) {
    const { from, react, close } = this.props;
    const pick = (emoji: string) => {
      close();
      react(emoji);
    };
    return <Picker {...from} pick={pick} onDone={close} takesFocus={true} />;
  }

  #quick({ mine }: Message) {
    const { from, react, pick, close } = this.props;
    const more = from.ui.t("tools.emoji");
    return (
      <div class="quick">
        {QUICK.map((emoji) => (
          <button
            type="button"
            key={emoji}
            aria-pressed={mine.includes(emoji)}
            onClick={() => {
              react(emoji);
              close();
            }}
          >
            <span>{emoji}</span>
          </button>
        ))}
        <button type="button" class="plain" aria-label={more} title={more} onClick={pick}>
          <Icon name={ICONS.plus} />
        </button>
      </div>
    );
  }

  #items(from: PartProps, message: Message): Item[] {
    const { t, me, team } = from.ui;
    const { reply, copy, link, edit, ignore, close } = this.props;
    const { author } = message;
    const items: Item[] = [];
    const after = (act: () => void) => () => {
      close();
      act();
    };
    if (canWrite(from)) items.push({ icon: "reply", label: t("tools.reply"), run: after(reply) });
    // Browsers let only pages over HTTPS copy.
    if (navigator.clipboard) {
      items.push({ icon: "copy", label: t("tools.copy"), run: after(copy) });
      // Nobody else could open one to a private line.
      if (from.room?.info?.kind !== "private")
        items.push({ icon: "link", label: t("tools.link"), run: after(link) });
    }
    if (author.id === me) {
      const n = minutesLeft(from, message);
      const note = t("tools.left", { n });
      if (n) {
        items.push({ icon: "edit", label: t("tools.edit"), note, run: after(edit) });
        const run = () => this.setState({ page: "delete" });
        items.push({ icon: "bin", label: t("tools.delete"), isBad: true, run });
      }
    } else if (!team) {
      const { name } = author;
      if (author.id && author.role === "visitor")
        items.push({ icon: "hide", label: t("tools.ignore", { name }), run: after(ignore) });
      const run = () => this.setState({ page: "report" });
      items.push({ icon: "flag", label: t("tools.report"), isBad: true, run });
    }
    return items;
  }

  readonly #item = ({ icon, label, note, isBad, run }: Item) => (
    <button
      type="button"
      key={icon}
      class={isBad ? "item bad" : "item"}
      data-item={icon}
      onClick={run}
    >
      <Icon name={ICONS[icon]} />
      <span>{label}</span>
      {note && <small>{note}</small>}
    </button>
  );

  #teamActs() {
    const { acts, moderate, close } = this.props;
    return acts.map(({ name, label }) => (
      <button
        type="button"
        key={name}
        class="item"
        onClick={() => {
          close();
          moderate(name);
        }}
      >
        <Icon name={ICONS.shield} />
        <span>{label}</span>
      </button>
    ));
  }

  #question(t: Texts) {
    const { remove, close } = this.props;
    return (
      <div class="asks">
        <span>{t("tools.delete.ask")}</span>
        <div class="answers">
          <button type="button" onClick={close}>
            <span>{t("tools.keep")}</span>
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              close();
              remove();
            }}
          >
            <span>{t("tools.delete")}</span>
          </button>
        </div>
      </div>
    );
  }
}

/** Whether the visitor may write here now: else nothing is offered that would be refused. */
export const canWrite = ({ room }: PartProps): boolean => !room?.may?.send && !room?.info?.archived;
