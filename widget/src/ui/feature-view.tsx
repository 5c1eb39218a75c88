/**
 * The place where a feature opens. What stood there stays until the view of the feature is here,
 * with a line that says so; where the file cannot be had, the line says that, and offers to try
 * again.
 */

import { Component, type ComponentChildren, type ComponentType } from "preact";
import type { Feature, Slot, Slots, ViewProps } from "../features/feature.ts";
import type { PartProps } from "../parts/props.ts";

interface FeatureViewProps<S extends Slot> {
  /** The one that is open; null where none is. */
  readonly feature: Feature<S> | null;
  readonly from: Slots[S]["props"];
  readonly children?: ComponentChildren;
}

interface FeatureViewState {
  /** What the line says, by its key in the texts. */
  readonly says: "feature.loading" | "feature.failed";
  /** Whether a try has failed: the button stays through the next one, and keeps the focus. */
  readonly canRetry: boolean;
  readonly takesFocus: boolean;
}

const FRESH: FeatureViewState = { says: "feature.loading", canRetry: false, takesFocus: true };

export class FeatureView<S extends Slot> extends Component<FeatureViewProps<S>, FeatureViewState> {
  override state = FRESH;

  override componentDidMount(): void {
    this.#open();
  }

  override componentDidUpdate({ feature }: FeatureViewProps<S>): void {
    if (feature !== this.props.feature) this.#open();
  }

  #open(): void {
    this.setState(FRESH);
    const { feature } = this.props;
    if (feature && !feature.file.here) void this.#fetch();
  }

  readonly #fetch = async (): Promise<void> => {
    const { feature, from } = this.props;
    const { root } = (from as PartProps).ui;
    const pressed = root.activeElement;
    this.setState({ says: "feature.loading" });
    try {
      await feature?.file.fetch();
      // Who went on to write, say, is not pulled back from there.
      this.setState({ takesFocus: [pressed, null].includes(root.activeElement) });
    } catch (cause) {
      console.error(cause);
      this.setState({ says: "feature.failed", canRetry: true });
    }
  };

  override render(
    { feature, from, children }: FeatureViewProps<S>,
    { takesFocus }: FeatureViewState,
  ) {
    const here = feature?.file.here;
    if (!here)
      return (
        <>
          {children}
          {feature && this.#line()}
        </>
      );
    (from as PartProps).ui.addStyles(here.styles);
    const View = here.View as ComponentType<ViewProps<Slot>>;
    return <View {...(from as Slots[Slot]["props"])} takesFocus={takesFocus} />;
  }

  #line() {
    const { says, canRetry } = this.state;
    const { t } = (this.props.from as PartProps).ui;
    return (
      <div class={canRetry ? "aside" : "aside late"} role="status">
        <span>{t(says)}</span>
        {canRetry && (
          <button type="button" class="link" onClick={this.#fetch}>
            <span>{t("message.retry")}</span>
          </button>
        )}
      </div>
    );
  }
}
