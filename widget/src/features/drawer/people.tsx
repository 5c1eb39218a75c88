/** Who is here: oneself, the others by name, those without one counted, and whom one ignores. */

import { Face } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";

/** The server tells a number and who came; those it has not named are counted only. */
export function People({ ui, room, snapshot }: PartProps) {
  const { t, me, session, ignored } = ui;
  const others = room?.people.filter(({ id }) => id !== me) ?? [];
  const shown = others.filter(({ id }) => !ignored.some((one) => one.id === id));
  const unnamed = (room?.online ?? 0) - others.length - 1;
  const { visitor } = snapshot;
  return (
    <>
      {visitor && (
        <li class="person">
          <Face {...visitor} />
          <b dir="auto">{visitor.name}</b> <span class="soft">{t("people.you")}</span>
        </li>
      )}
      {shown.map((person) => (
        <li class="person" key={person.id}>
          <Face {...person} />
          <span dir="auto">{person.name}</span>
        </li>
      ))}
      {unnamed > 0 && <li class="person soft">{t("people.more", { n: unnamed })}</li>}
      {ignored.map((person) => (
        <li class="person soft" key={`ignored ${person.id}`}>
          <span dir="auto">{t("people.ignored", { name: person.name })}</span>
          <button type="button" class="link" onClick={() => session.ignore(person, false)}>
            <span>{t("people.show")}</span>
          </button>
        </li>
      ))}
    </>
  );
}
