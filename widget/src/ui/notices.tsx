/**
 * What stands between the header and the messages: the connection in words, a room that can't be
 * shown.
 */

import { isIgnored, problemText } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import { secondsUntil } from "../parts/ui.ts";

/** The connection, and what one can do about it. Nothing while all is well. */
function connectionNotice({ ui, snapshot, room }: PartProps) {
  const { t, session } = ui;
  const { status, stop, retryAt } = snapshot.connection;
  // The grey lines say that it is connecting, the first time.
  if (status === "online" || status === "idle" || (status === "connecting" && !room?.epoch))
    return null;
  const n = secondsUntil(retryAt);
  const text = stop
    ? problemText(ui, stop)
    : n && status === "reconnecting"
      ? t("state.retry", { n })
      : t(`state.${status}`);
  // Most outages are over before one has read of them, and the first way may not be the right one:
  // the sheet shows these after a moment.
  const look = stop ? "notice bad" : status === "offline" ? "notice" : "notice late";
  return (
    <div class={look} role="status">
      <span>{text}</span>
      {(status === "reconnecting" || stop?.remedy === "focus") && (
        <button type="button" class="link" onClick={() => session.reconnect()}>
          <span>{t(stop ? "stop.resume" : "state.now")}</span>
        </button>
      )}
    </div>
  );
}

export function Notices(props: PartProps) {
  const { ui, room } = props;
  const problem = room?.problem;
  return (
    <div>
      {connectionNotice(props)}
      {problem && (
        <div class="notice bad" role="status">
          <span>{problemText(ui, problem)}</span>
        </div>
      )}
    </div>
  );
}

export function Typing({ ui, room }: PartProps) {
  const { t, me } = ui;
  const [a, b, more] = room?.typing.filter(({ id }) => id !== me && !isIgnored(ui, id)) ?? [];
  if (!a) return null;
  const text = more
    ? t("typing.many")
    : b
      ? t("typing.two", { a: a.name, b: b.name })
      : t("typing.one", { a: a.name });
  return <span>{text}</span>;
}
