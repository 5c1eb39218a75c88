/** The rooms of the site: the line to the team first, then those that are open to everyone. */

import { Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { RoomSummary } from "../../protocol/session-call.ts";
import { ICONS } from "./icons.ts";

const privateFirst = (rooms: readonly RoomSummary[]) =>
  [...rooms].sort((a, b) => Number(b.kind === "private") - Number(a.kind === "private"));

interface RoomsProps {
  readonly from: PartProps;
  onClose(): void;
}

export function Rooms({ from, onClose }: RoomsProps) {
  const { ui, room, snapshot, onRoom } = from;
  const { t } = ui;
  return (
    <>
      {privateFirst(snapshot.rooms).map(({ slug, name, kind, unread }) => (
        <li key={slug}>
          <button
            type="button"
            class={kind === "private" ? "room line" : "room"}
            aria-current={slug === room?.room}
            onClick={() => {
              onClose();
              // By its alias it is found again by whoever the visitor is then.
              onRoom(kind === "private" ? kind : slug);
            }}
          >
            <span class="sign">
              <Icon name={kind === "private" ? ICONS.lock : ICONS.room} />
            </span>
            <span class="name" dir="auto">
              {kind === "private" ? t("room.private") : name}
            </span>
            {slug === room?.room ? (
              <Icon name="check" />
            ) : (
              unread > 0 && <span class="count">{t("rooms.unread", { n: unread })}</span>
            )}
          </button>
        </li>
      ))}
    </>
  );
}
