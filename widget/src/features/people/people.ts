/** Who is here: a button with the number, and a drawer with the names. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const people: Feature<"drawer"> = {
  opener({ ui: { t }, room, snapshot }) {
    // What was true before the network went may not be any more.
    const n = snapshot.connection.status === "online" ? (room?.online ?? 0) : 0;
    return n ? { icon: "people", text: t("people.count", { n }), title: t("people.title") } : null;
  },
  file: new LazyFile(() => import("./people-view.tsx")),
};
