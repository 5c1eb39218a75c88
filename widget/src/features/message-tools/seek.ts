/**
 * The way to a message that is quoted. One that is not loaded is fetched page by page, as scrolling
 * up would.
 */

import type { Ui } from "../../parts/ui.ts";
import type { RoomState } from "../../rooms/reduce.ts";
import { focusMessage } from "./gestures.ts";

/** A thousand messages: further back the pages of the room are the better way. */
const MOST_PAGES = 20;
const SHOWN_MS = 2000;

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
  step({ session, room: name }: Ui, room: RoomState): boolean {
    const seq = this.#seq;
    if (!seq) return true;
    const found = this.#list.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    const isOver = !room.older || this.#pages >= MOST_PAGES;
    if (found) show(found);
    else if (!isOver) {
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

function show(message: HTMLElement): void {
  focusMessage(message);
  message.scrollIntoView({ block: "center" });
  message.classList.add("found");
  setTimeout(() => message.classList.remove("found"), SHOWN_MS);
}
