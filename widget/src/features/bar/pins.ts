/** The words of pinned messages: of those that are here, and of others from the server. */

import { plainText } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Message, RoomState } from "../../rooms/reduce.ts";

/** `false`: it is gone. */
type Known = Message | false | "asked";

export class Pins {
  readonly #changed: () => void;
  readonly #known = new Map<number, Known>();

  /** `changed` is called when words have come. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The pinned messages that stand, the one that was pinned last first. */
  standing(ui: Ui, room: RoomState, pinned: readonly number[]): number[] {
    const here = room.groups.flatMap(({ messages }) => messages);
    for (const seq of pinned) {
      const message = here.find((one) => one.seq === seq);
      if (message) this.#known.set(seq, !message.deleted && message);
      else if (!this.#known.has(seq)) void this.#ask(ui, room.room, seq);
    }
    return [...pinned].reverse().filter((seq) => this.#known.get(seq) !== false);
  }

  /** Its first words, or the name of its first file; nothing while they are on their way. */
  textOf(seq: number): string | undefined {
    const message = this.#known.get(seq);
    if (!message || message === "asked") return undefined;
    const [file] = message.attachments;
    return plainText(message) || file?.alt || file?.name;
  }

  async #ask({ session }: Ui, slug: string, seq: number): Promise<void> {
    this.#known.set(seq, "asked");
    try {
      const path = `rooms/${slug}/messages?limit=1&before=${seq + 1}`;
      const page = (await session.call("GET", path)) as { readonly messages: readonly Message[] };
      const message = page.messages.find((one) => one.seq === seq);
      this.#known.set(seq, message && !message.deleted ? message : false);
      this.#changed();
    } catch {
      // It is pinned all the same, and a press leads to it.
    }
  }
}
