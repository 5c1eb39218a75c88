/** The names of those who are here. */

import "../../parts/parts.ts";
import english from "../../strings/en-people.json";
import type { ViewProps } from "../feature.ts";

export { default as styles } from "./people.css";

/** The server tells a number and who came; those it has not named are counted only. */
export function View({ ui, room, snapshot }: ViewProps<"drawer">) {
  const { t, me } = ui;
  t.add(english.words);
  const others = room?.people.filter(({ id }) => id !== me) ?? [];
  const unnamed = (room?.online ?? 0) - others.length - 1;
  return (
    <>
      {snapshot.visitor && (
        <li class="person">
          <b dir="auto">{snapshot.visitor.name}</b> <span class="soft">{t("people.you")}</span>
        </li>
      )}
      {others.map(({ id, name }) => (
        <li class="person" key={id}>
          <span dir="auto">{name}</span>
        </li>
      ))}
      {unnamed > 0 && <li class="person soft">{t("people.more", { n: unnamed })}</li>}
    </>
  );
}
