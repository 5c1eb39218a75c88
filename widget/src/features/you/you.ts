/** The pencil beside the visitor's name, and the sheet about oneself that it opens. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const you: Feature<"identity"> = {
  // The team's names and data are in the workspace.
  opener: ({ ui }) => (ui.team ? null : { icon: "pencil", label: ui.t("name.change") }),
  file: new LazyFile(() => import("./you-view.tsx")),
};
