/** A pencil beside the visitor's name, and the field to change it in place. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const nameEditor: Feature<"identity"> = {
  // The team's names are changed in the workspace.
  opener: ({ ui }) => (ui.team ? null : { icon: "pencil", label: ui.t("name.change") }),
  file: new LazyFile(() => import("./name-editor-view.tsx")),
};
