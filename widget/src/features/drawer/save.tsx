/** The button that saves the conversation as a text file, and says how far it is. */

import { Component, Icon, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Problem } from "../../rooms/reduce.ts";
import { ICONS } from "./icons.ts";
import { saveAs, transcript, wholeHistory } from "./transcript.ts";

interface SaveState {
  /** How many messages are here; null while nothing is fetched. */
  readonly count: number | null;
  readonly problem: Problem | null;
}

export class Save extends Component<PartProps, SaveState> {
  override state: SaveState = { count: null, problem: null };
  readonly #over = new AbortController();

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  readonly #save = async (): Promise<void> => {
    const { ui, room, title } = this.props;
    const { signal } = this.#over;
    if (!room || this.state.count !== null) return;
    this.setState({ count: 0, problem: null });
    try {
      const progress = (count: number) => this.setState({ count });
      const messages = await wholeHistory(ui, room.room, progress, signal);
      // Who closed the drawer does not want it any more.
      if (signal.aborted) return;
      const day = new Date().toISOString().slice(0, 10);
      saveAs(`${room.room}-${day}.txt`, transcript(ui, title, messages));
      this.setState({ count: null });
    } catch (problem) {
      this.setState({ count: null, problem: problem as Problem });
    }
  };

  override render({ ui, room }: PartProps, { count, problem }: SaveState) {
    const { t } = ui;
    if (!room?.groups.length) return null;
    return (
      <div class="foot">
        <button type="button" class="room" aria-disabled={count !== null} onClick={this.#save}>
          <Icon name={ICONS.save} />
          <span>{t("transcript.save")}</span>
        </button>
        <div class="soft" role="status">
          {count !== null && t("transcript.count", { n: count })}
          {problem && problemText(ui, problem)}
        </div>
      </div>
    );
  }
}
