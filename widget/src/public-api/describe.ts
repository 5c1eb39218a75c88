/** What `instances()` and `debug()` answer about an instance. */

import type { Entry } from "../entry.ts";
import type { Detail } from "../events-out.ts";
import type { ChatView } from "../ui/chat-view.ts";
import type { Instances } from "./instances.ts";

export function describe(instances: Instances, entry: Entry): Detail {
  const view = entry.view as ChatView | undefined;
  const { id, data, host } = entry;
  return {
    id,
    site: data.site,
    room: view?.room() ?? instances.roomOf(entry),
    isOpen: view?.isOpen() ?? false,
    element: host,
  };
}

export function debugLine(instances: Instances, view: ChatView): Detail {
  const snapshot = view.session()?.snapshot();
  const state = view.session()?.room(view.room());
  return {
    ...describe(instances, view.entry),
    options: { ...view.entry.data },
    connection: snapshot?.connection,
    visitor: snapshot?.visitor?.id,
    at: state && {
      room: state.room,
      epoch: state.epoch,
      since: state.since,
      pending: state.pending.length,
    },
  };
}
