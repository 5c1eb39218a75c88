/** Sending files: a button in the field, where the room takes files, and the tray above it. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const filesTray: Feature<"composer"> = {
  opener({ ui: { t }, room }) {
    return (
      room?.may?.files?.[0] && { icon: "M4 5h16v14H4zM4 16l5-5 8 8M15 9v.1", label: t("files.add") }
    );
  },
  file: new LazyFile(() => import("./tray-view.tsx")),
};
