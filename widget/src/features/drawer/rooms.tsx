/** The rooms of the site: the line to the team first, then those that are open to everyone. */

import { Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { RoomSummary } from "../../protocol/session-call.ts";
import { ICONS } from "./icons.ts";

type Line = Pick<RoomSummary, "slug" | "name" | "kind" | "unread">;

const isPrivate = ({ kind }: Line): boolean => kind === "private";

/** Before its first message the line to the team is offered by its alias. The team has none. */
const ASK: Line = { slug: "private", name: "", kind: "private", unread: 0 };

const privateFirst = (rooms: readonly Line[], isTeam: boolean): readonly Line[] => {
  const own = isTeam ? [] : (rooms.find(isPrivate) ?? ASK);
  return [own, rooms.filter((room) => !isPrivate(room))].flat();
};

interface RoomsProps {
  readonly from: PartProps;
  onClose(): void;
}

export function Rooms({ from, onClose }: RoomsProps) {
  const { ui, room, snapshot, onRoom } = from;
  const { t } = ui;
  return (
    <>
      {privateFirst(snapshot.rooms, Boolean(ui.team)).map(({ slug, name, kind, unread }) => (
        <li key={slug}>
          <button
            type="button"
            class={kind === "private" ? "room line" : "room"}
            aria-current={[room?.room, ui.room].includes(slug)}
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
            {[room?.room, ui.room].includes(slug) ? (
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
