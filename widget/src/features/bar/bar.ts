/** One bar above the messages: slow mode, a team that is away, what it announces or has pinned. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const bar: Feature<"unasked"> = {
  opener: ({ room, snapshot }) =>
    room?.info &&
    (room.info.slow_s > 0 ||
      room.info.pinned.length > 0 ||
      room.info.announcement ||
      (snapshot.site?.away != null && room.info.kind === "private")),
  file: new LazyFile(() => import("./bar-view.tsx")),
};
