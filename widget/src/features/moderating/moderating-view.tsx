/**
 * The bar that says that one moderates here, and the way out. What may be done with a message is in
 * its menu (message-tools).
 */

import "../../parts/parts.ts";
import english from "../../strings/en-moderating.json";
import type { ViewProps } from "../feature.ts";

export { default as styles } from "./moderating.css";

export function View({ ui, snapshot }: ViewProps<"unasked">) {
  const { t, session, team } = ui;
  t.add(english.words);
  const leave = async (): Promise<void> => {
    // Whoever cannot be reached any more goes all the same.
    await session.call("DELETE", "session").catch(() => {});
    team?.leave();
  };
  return (
    <div class="moderating notice news">
      <span>{t("team.here", { name: snapshot.visitor?.name ?? "" })}</span>
      <button type="button" class="link" onClick={leave}>
        <span>{t("team.leave")}</span>
      </button>
    </div>
  );
}
