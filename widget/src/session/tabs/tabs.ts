/**
 * Several tabs of a visitor are one conversation: one outbox, one read mark, one name.
 *
 *   channel.ts         what a tab tells the others
 *   shared-outbox.ts   any tab sends what another one wrote and has no answer for
 */

import { openChannel, type TabChannel } from "./channel.ts";
import { SharedOutbox } from "./shared-outbox.ts";
import type { TabSharing, TabSharingHost } from "./types.ts";

export function shareTabs(host: TabSharingHost): TabSharing {
  const outbox = new SharedOutbox(host);
  let channel: TabChannel | null = null;
  return {
    start() {
      const me = () => host.me() ?? null;
      channel ??= openChannel(host.name, me, (news) => host.together(() => host.received(news)));
      outbox.start();
      host.together(() => outbox.takeUp());
    },
    stop() {
      channel?.close();
      channel = null;
      outbox.stop();
    },
    broadcast: (news) => channel?.broadcast(news),
    synced: (room) => outbox.synced(room),
    leaves: (room, entry) => outbox.leaves(room, entry),
  };
}
