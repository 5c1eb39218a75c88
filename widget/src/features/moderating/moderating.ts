/** A member of the team on the site's own page: who one is here, and the acts of the workspace. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const moderating: Feature<"unasked"> = {
  opener: ({ ui, snapshot }) => ui.team && snapshot.visitor,
  file: new LazyFile(() => import("./moderating-view.tsx")),
};
