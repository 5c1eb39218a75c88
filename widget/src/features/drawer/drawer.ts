/** One drawer for the rooms of the site and for who is here; a button with the number opens it. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const drawer: Feature<"drawer"> = {
  opener({ ui: { t }, room, snapshot }) {
    // What was true before the network went may not be any more.
    const n = snapshot.connection.status === "online" ? (room?.online ?? 0) : 0;
    return n ? { icon: "people", text: t("people.count", { n }) } : null;
  },
  file: new LazyFile(() => import("./drawer-view.tsx")),
};
