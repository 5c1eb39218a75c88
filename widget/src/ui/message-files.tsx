/**
 * What stands below the words of a message and has a view of its own: its files, by their names
 * until that view is here, and previews of its links.
 */

import type { ComponentType } from "preact";
import { Component, h, type LazyFile } from "../parts/parts.ts";
import type { FilesProps } from "../parts/props.ts";
import type { Ui } from "../parts/ui.ts";

type BelowProps<P> = P & {
  readonly ui: Ui;
  readonly file: LazyFile<{ readonly View: ComponentType<P>; readonly styles: string }>;
};

export class Below<P extends Partial<FilesProps>> extends Component<BelowProps<P>> {
  override componentDidMount(): void {
    const { file } = this.props;
    // Where it cannot be had, the names stay.
    if (!file.here) file.fetch().then(() => this.setState({}), console.error);
  }

  override render(props: BelowProps<P>) {
    const { here } = props.file;
    if (here) {
      props.ui.addStyles(here.styles);
      return h(here.View, props);
    }
    return props.attachments?.map(({ id, name }) => (
      <div class="soft" dir="auto" key={id}>
        {name}
      </div>
    ));
  }
}
