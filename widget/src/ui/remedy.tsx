/** Why a message was not sent, and what can be done about it. */

import { problemText } from "../parts/parts.ts";
import type { Ui } from "../parts/ui.ts";
import type { Pending } from "../rooms/reduce.ts";

export function Remedy({ ui, pending }: { readonly ui: Ui; readonly pending: Pending }) {
  const { t, session, room } = ui;
  const { cid, problem, status } = pending;
  if (status !== "failed" && status !== "refused") return null;
  const act = (word: string, onClick: () => void) => (
    <button type="button" class="link" onClick={onClick}>
      <span>{t(word)}</span>
    </button>
  );
  return (
    <>
      {problem && <span>{problemText(ui, problem)}</span>}
      <span class="remedies">
        {status === "failed" && act("message.retry", () => session.retry(room, cid))}
        {act("message.remove", () => session.discard(room, cid))}
      </span>
    </>
  );
}
