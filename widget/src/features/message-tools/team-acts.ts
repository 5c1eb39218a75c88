/**
 * What a member of the team may do with a message, on the site's own page. The server has the
 * words: those of the workspace, in the member's language, and of them what the role allows.
 */

import type { Ui } from "../../parts/ui.ts";
import type { RoomState } from "../../rooms/reduce.ts";

export interface TeamAct {
  readonly name: string;
  readonly label: string;
}

export interface Acted {
  readonly said: string;
  readonly undo: string | null;
  readonly undo_label: string;
}

const pathOf = ({ room }: RoomState, seq: number) => `rooms/${room}/messages/${seq}/acts`;

export async function actsFor(ui: Ui, room: RoomState, seq: number): Promise<readonly TeamAct[]> {
  const answer = await ui.session.call("GET", pathOf(room, seq));
  return (answer as { readonly acts: readonly TeamAct[] }).acts;
}

export const actAsTeam = (ui: Ui, room: RoomState, seq: number, act: string): Promise<Acted> =>
  ui.session.call("POST", pathOf(room, seq), { act }) as Promise<Acted>;

export const undoAsTeam = (ui: Ui, undo: string): Promise<Acted> =>
  ui.session.call("POST", "undo", { undo }) as Promise<Acted>;
