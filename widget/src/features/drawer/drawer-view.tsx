/** The drawer: rooms and people, of which one is shown. */

import "../../parts/parts.ts";
import english from "../../strings/en-drawer.json";
import type { ViewProps } from "../feature.ts";
import { People } from "./people.tsx";
import { Rooms } from "./rooms.tsx";
import { Save } from "./save.tsx";
import { Shell } from "./shell.tsx";
import { OwnWindow } from "./window.tsx";

export { default as styles } from "./drawer.css";

export function View(props: ViewProps<"drawer">) {
  const { ui, tab, hasRooms, onTab, onClose } = props;
  const { t } = ui;
  t.add(english.words);
  const labels = { rooms: t("rooms.label"), people: t("people.title") };
  return (
    <Shell onClose={onClose}>
      {hasRooms && (
        <div class="tabs">
          {(["rooms", "people"] as const).map((one) => (
            <button type="button" key={one} aria-pressed={one === tab} onClick={() => onTab(one)}>
              <span>{labels[one]}</span>
            </button>
          ))}
        </div>
      )}
      <ul aria-label={labels[tab]}>
        {tab === "rooms" ? <Rooms from={props} onClose={onClose} /> : <People {...props} />}
      </ul>
      <Save {...props} />
      <OwnWindow {...props} />
    </Shell>
  );
}
