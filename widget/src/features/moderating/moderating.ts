/** A member of the team on the site's own page: who one is here, and the acts of the workspace. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const moderating: Feature<"team"> = {
  opener({ ui: { team }, snapshot: { visitor } }) {
    return team && visitor && { name: visitor.name };
  },
  file: new LazyFile(() => import("./moderating-view.tsx")),
};
