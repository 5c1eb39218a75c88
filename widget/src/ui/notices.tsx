/** What stands between the header and the messages: the connection in words, a room that can't be shown, an announcement. */

import type { Snapshot } from "../session.ts";
import type { RoomState } from "../state.ts";
import { secondsUntil } from "../kit.ts";
import { problemText } from "./problems.ts";
import type { Ui } from "./ui.ts";

export interface NoticesProps {
  readonly ui: Ui;
  readonly snapshot: Snapshot;
  readonly room: RoomState | null;
}

/** The connection, and what one can do about it. Nothing while all is well. */
function connectionNotice(ui: Ui, { connection }: Snapshot, room: RoomState | null) {
  const { t, session } = ui;
  const { status, stop, retryAt } = connection;
  // The grey lines say that it is connecting, the first time.
  if (status === "online" || status === "idle" || (status === "connecting" && !room?.epoch)) return null;
  const n = secondsUntil(retryAt);
  const text = stop
    ? problemText(ui, stop)
    : n && status === "reconnecting"
      ? t("state.retry", { n })
      : t(`state.${status}`);
  return (
    <div class={stop ? "notice bad" : "notice"} role="status">
      <span>{text}</span>
      {(status === "reconnecting" || stop?.remedy === "focus") && (
        <button type="button" class="link" onClick={() => session.reconnect()}>
          {t(stop ? "stop.resume" : "state.now")}
        </button>
      )}
    </div>
  );
}

export function Notices({ ui, snapshot, room }: NoticesProps) {
  const problem = room?.problem;
  const news = room?.info?.announcement;
  return (
    <div>
      {connectionNotice(ui, snapshot, room)}
      {problem && (
        <div class="notice bad" role="status">
          <span>{problemText(ui, problem)}</span>
        </div>
      )}
      {news && (
        <div class="notice news" dir="auto">
          <span>{news}</span>
        </div>
      )}
    </div>
  );
}

export function typingText({ t }: Ui, { typing }: RoomState, me: string | null): string {
  const [a, b, more] = typing.filter(({ id }) => id !== me);
  if (!a) return "";
  if (more) return t("typing.many");
  return b ? t("typing.two", { a: a.name, b: b.name }) : t("typing.one", { a: a.name });
}
