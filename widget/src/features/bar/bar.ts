/** One bar above the messages: slow mode, what the team announces, what it has pinned. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const bar: Feature<"unasked"> = {
  opener: ({ room }) =>
    room?.info && (room.info.slow_s || room.info.pinned[0] || room.info.announcement),
  file: new LazyFile(() => import("./bar-view.tsx")),
};
