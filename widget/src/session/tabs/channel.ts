/** Tells the visitor's other tabs on this site what they should show too; best effort. */

import type { TabNews } from "./types.ts";

interface Letter<News> {
  readonly by: string;
  readonly news: News;
}

export interface TabChannel<News = TabNews> {
  broadcast(news: News): void;
  /** An open channel may keep a page out of the back/forward cache. */
  close(): void;
}

/** `visitor` is asked at each letter: another visitor's tabs are not mine. */
export function openChannel<News = TabNews>(
  name: string,
  visitor: () => string | null,
  listener: (news: NoInfer<News>) => void,
): TabChannel<News> {
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Letter<News>>) => {
      if (data?.by && data.by === visitor()) listener(data.news);
    };
  } catch {
    // Not there, or forbidden: each tab then learns it from the server.
  }
  return {
    broadcast(news) {
      const by = visitor();
      try {
        if (by) channel?.postMessage({ by, news } satisfies Letter<News>);
      } catch {
        // Closed meanwhile by the browser.
      }
    },
    close() {
      channel?.close();
      channel = null;
    },
  };
}
