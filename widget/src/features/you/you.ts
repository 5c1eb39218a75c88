/** The visitor's own face, with which the composer begins, opens a sheet about oneself. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const you: Feature<"identity"> = {
  // The team's names and data are in the workspace.
  opener: ({ ui, snapshot: { visitor } }) =>
    ui.team ? null : { label: ui.t("name.you", { name: visitor?.name ?? "" }) },
  file: new LazyFile(() => import("./you-view.tsx")),
};
