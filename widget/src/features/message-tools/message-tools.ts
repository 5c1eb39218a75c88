/**
 * What can be done with a message: react, answer, copy, change, delete, ignore, report. Over the
 * list once somebody points at a message, focuses one, or holds one down.
 */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const messageTools: Feature<"message"> = {
  opener: () => ({}),
  file: new LazyFile(() => import("./message-tools-view.tsx")),
};
