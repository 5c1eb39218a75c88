/** A picker of emoji: from a button at the field, and for reactions. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const emoji: Feature<"emoji"> = {
  opener: () => ({}),
  file: new LazyFile(() => import("./emoji-view.tsx")),
};
