/**
 * The bar that says that one moderates here, the menu of a message, and the toast with the way back.
 * The server has the words: they are those of the workspace, in the member's language, and of the
 * menu what the role allows.
 */

import { Component, Drawer, problemText } from "../../parts/parts.ts";
import type { Problem } from "../../protocol/frames.ts";
import type { ViewProps } from "../feature.ts";

export { default as styles } from "./moderating.css";

/** As long as the toasts of the workspace. */
const TOAST_MS = 10_000;

interface Acts {
  readonly author: string;
  readonly acts: readonly { readonly name: string; readonly label: string }[];
}

interface Acted {
  readonly said: string;
  readonly undo: string | null;
  readonly undo_label: string;
}

interface ModeratingState {
  /** Of the message that is looked at, once it is here. */
  readonly menu: Acts | null;
  readonly toast: Acted | null;
}

export class View extends Component<ViewProps<"team">, ModeratingState> {
  override state: ModeratingState = { menu: null, toast: null };
  #over: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    if (this.props.acting !== null) void this.#open(this.props.acting);
  }

  override componentDidUpdate({ acting: before }: ViewProps<"team">): void {
    const { acting } = this.props;
    if (acting === before) return;
    if (acting === null) this.#closed(before as number);
    else void this.#open(acting);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#over);
  }

  #path(seq: number): string {
    const { room } = this.props;
    return `rooms/${room?.room}/messages/${seq}/acts`;
  }

  async #open(seq: number): Promise<void> {
    const menu = await this.#ask<Acts>("GET", this.#path(seq));
    if (this.props.acting !== seq) return;
    if (menu) this.setState({ menu }, () => this.#find(".drawer button")?.focus());
    else this.props.onActed();
  }

  /** The focus goes back to the message, where it is nowhere else by now. */
  #closed(seq: number): void {
    const { root } = this.props.ui;
    const held = root.activeElement;
    if (!held || held.closest(".drawer")) this.#find(`[data-seq="${seq}"] .acts`)?.focus();
    this.setState({ menu: null });
  }

  #find(selector: string): HTMLElement | null {
    return this.props.ui.root.querySelector(selector);
  }

  readonly #act = async (seq: number, act: string): Promise<void> => {
    this.props.onActed();
    this.#show(await this.#ask<Acted>("POST", this.#path(seq), { act }));
  };

  readonly #undo = async (undo: string): Promise<void> =>
    this.#show(await this.#ask<Acted>("POST", "undo", { undo }));

  readonly #leave = async (): Promise<void> => {
    const { session, team } = this.props.ui;
    // It has no body; and whoever cannot be reached any more goes all the same.
    await session.asTeam("DELETE", "session").catch(() => {});
    team?.leave();
  };

  /** What the server refuses is said, too. */
  async #ask<T>(method: string, path: string, body?: unknown): Promise<T | null> {
    const { ui } = this.props;
    try {
      return (await ui.session.asTeam(method, path, body)) as T;
    } catch (cause) {
      this.#show({ said: problemText(ui, cause as Problem), undo: null, undo_label: "" });
      return null;
    }
  }

  #show(toast: Acted | null): void {
    if (!toast) return;
    this.setState({ toast });
    this.#later();
  }

  /** Nothing goes while somebody is about to press it. */
  readonly #stay = (): void => clearTimeout(this.#over);

  readonly #later = (): void => {
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.setState({ toast: null }), TOAST_MS);
  };

  override render({ ui, snapshot, acting, onActed }: ViewProps<"team">, state: ModeratingState) {
    const { t } = ui;
    const { menu, toast } = state;
    return (
      <div class="moderating">
        <div class="notice news">
          <span>{t("team.here", { name: snapshot.visitor?.name ?? "" })}</span>
          <button type="button" class="link" onClick={this.#leave}>
            <span>{t("team.leave")}</span>
          </button>
        </div>
        {menu && acting !== null && (
          <Drawer label={menu.author} onClose={onActed}>
            <li class="soft" dir="auto">
              {menu.author}
            </li>
            {menu.acts.map(({ name, label }) => (
              <li key={name}>
                <button type="button" onClick={() => void this.#act(acting, name)}>
                  <span>{label}</span>
                </button>
              </li>
            ))}
          </Drawer>
        )}
        <div role="status">
          {toast && (
            <div
              class="toast"
              onPointerEnter={this.#stay}
              onPointerLeave={this.#later}
              onFocusIn={this.#stay}
              onFocusOut={this.#later}
            >
              <span dir="auto">{toast.said}</span>
              {toast.undo && (
                <button
                  type="button"
                  class="link"
                  onClick={() => void this.#undo(toast.undo as string)}
                >
                  <span>{toast.undo_label}</span>
                </button>
              )}
            </div>
          )}
        </div>
      </div>
    );
  }
}
