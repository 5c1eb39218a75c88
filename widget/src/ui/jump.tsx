/** The way back to the newest messages, with how many came meanwhile. */

import { isIgnored } from "../parts/parts.ts";
import type { JumpProps } from "../parts/props.ts";

export function Jump({ ui, room, leftAt, onJump }: JumpProps) {
  const n = room.groups
    .flatMap(({ messages }) => messages)
    .filter(({ seq, author: { id } }) => seq > leftAt && id !== ui.me && !isIgnored(ui, id)).length;
  return (
    <button type="button" class="jump" onClick={onJump}>
      <span>{n ? ui.t("log.arrived", { n }) : ui.t("log.jump")}</span>
    </button>
  );
}
