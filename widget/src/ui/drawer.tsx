/** What opens below the header: the other rooms, or who is here. */

import type { DrawerProps } from "./extras.ts";

export function Drawer({ ui, which, room, visitor, rooms, onRoom }: DrawerProps) {
  const { t } = ui;
  if (which === "rooms")
    return (
      <ul class="drawer" aria-label={t("rooms.label")}>
        {rooms.map(({ slug, name, unread }) => (
          <li key={slug}>
            <button type="button" aria-current={slug === room?.room} onClick={() => onRoom(slug)}>
              <span dir="auto">{name}</span>
              {unread > 0 && slug !== room?.room && <span class="count">{t("rooms.unread", { n: unread })}</span>}
            </button>
          </li>
        ))}
      </ul>
    );
  // The server tells a number and who came; those it has not named are counted only.
  const others = room?.people.filter(({ id }) => id !== visitor?.id) ?? [];
  const unnamed = (room?.online ?? 0) - others.length - 1;
  return (
    <ul class="drawer people" aria-label={t("people.title")}>
      {visitor && (
        <li>
          <b dir="auto">{visitor.name}</b> <span class="soft">{t("people.you")}</span>
        </li>
      )}
      {others.map(({ id, name }) => (
        <li key={id}>
          <span dir="auto">{name}</span>
        </li>
      ))}
      {unnamed > 0 && <li class="soft">{t("people.more", { n: unnamed })}</li>}
    </ul>
  );
}
