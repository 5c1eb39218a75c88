/** "You are Amber Otter", and the features that open in the place of this line. */

import { Component } from "preact";
import type { Feature } from "../features/feature.ts";
import { FEATURES } from "../features/registry.ts";
import { Icon } from "../parts/parts.ts";
import type { PartProps } from "../parts/props.ts";
import { FeatureButton } from "./feature-button.tsx";
import { FeatureView } from "./feature-view.tsx";

interface WhoState {
  readonly open: Feature<"identity"> | null;
}

export class Who extends Component<PartProps, WhoState> {
  override state: WhoState = { open: null };
  /** Of each feature. */
  readonly #buttons = new Map<Feature<"identity">, HTMLButtonElement | null>();

  override componentDidUpdate(_: PartProps, { open: closed }: WhoState): void {
    if (closed && !this.state.open) this.#buttons.get(closed)?.focus();
  }

  readonly #close = (): void => this.setState({ open: null });

  override render(props: PartProps, { open }: WhoState) {
    const { ui, snapshot } = props;
    return (
      <FeatureView feature={open} from={{ ...props, onDone: this.#close }}>
        <span>{ui.t("name.you", { name: snapshot.visitor?.name ?? "" })}</span>
        {FEATURES.identity.map((feature) => this.#button(feature))}
      </FeatureView>
    );
  }

  #button(feature: Feature<"identity">) {
    const opener = feature.opener(this.props);
    return (
      opener && (
        <FeatureButton
          ui={this.props.ui}
          file={feature.file}
          label={opener.label}
          button={(element) => void this.#buttons.set(feature, element)}
          onPress={() => this.setState({ open: feature })}
        >
          <Icon name={opener.icon} />
        </FeatureButton>
      )
    );
  }
}
