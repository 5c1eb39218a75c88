/** The way back to the newest messages, with how many came meanwhile. */

import type { RoomState } from "../state.ts";
import type { Ui } from "./ui.ts";

interface JumpProps {
  readonly ui: Ui;
  readonly room: RoomState;
  readonly me: string | null;
  /** What was the newest when the visitor left the bottom. */
  readonly leftAt: number;
  onJump(): void;
}

export function Jump({ ui, room, me, leftAt, onJump }: JumpProps) {
  const n = room.groups
    .flatMap(({ messages }) => messages)
    .filter(({ seq, author }) => seq > leftAt && author.id !== me).length;
  return (
    <button type="button" class="jump" onClick={onJump}>
      {n ? ui.t("log.arrived", { n }) : ui.t("log.jump")}
    </button>
  );
}
