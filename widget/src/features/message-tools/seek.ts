/**
 * The way to a message that is quoted. One that is not loaded is fetched page by page, as scrolling
 * up would.
 */

import { isIgnored } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Message, RoomState } from "../../rooms/reduce.ts";
import { focusMessage } from "./gestures.ts";

/** A thousand messages: further back the pages of the room are the better way. */
const MOST_PAGES = 20;
const SHOWN_MS = 2000;
const DRAWN_MS = 100;

export class Seek {
  readonly #list: HTMLElement;
  #seq = 0;
  #pages = 0;

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  to(seq: number): void {
    this.#seq = seq;
    this.#pages = 0;
  }

  /** Goes on with each state of the room. False where the message is not to be had. */
  step(ui: Ui, room: RoomState): boolean {
    const { session, room: name } = ui;
    const seq = this.#seq;
    if (!seq) return true;
    const found = this.#list.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    const isOver = !room.older || this.#pages >= MOST_PAGES;
    if (found) show(found);
    else if (isAwaited(ui, room, seq)) {
      setTimeout(ui.refresh, DRAWN_MS);
      return true;
    } else if (!isOver) {
      if (room.paging !== null) return true;
      this.#pages += 1;
      // At its bottom the list would let go of what comes in above.
      const scroller = this.#list.querySelector<HTMLElement>(".scroller");
      if (scroller) scroller.scrollTop = 0;
      session.older(name);
      return true;
    }
    this.#seq = 0;
    return Boolean(found);
  }
}

/** It is here, and the list draws it in its next frame. */
function isAwaited(ui: Ui, { groups }: RoomState, seq: number): boolean {
  const isIt = (message: Message) => message.seq === seq && !isIgnored(ui, message.author.id);
  return groups.some(({ messages }) => messages.some(isIt));
}

function show(message: HTMLElement): void {
  focusMessage(message);
  message.scrollIntoView({ block: "center" });
  message.classList.add("found");
  setTimeout(() => message.classList.remove("found"), SHOWN_MS);
}
