/** The files of a message: their names, until the view that shows pictures is here. */

import { filesView } from "../features/files/files.ts";
import { Component, h } from "../parts/parts.ts";
import type { FilesProps } from "../parts/props.ts";

export class MessageFiles extends Component<FilesProps> {
  override componentDidMount(): void {
    // Where it cannot be had, the names stay.
    if (!filesView.here) filesView.fetch().then(() => this.setState({}), console.error);
  }

  override render(props: FilesProps) {
    const here = filesView.here;
    if (here) {
      props.ui.addStyles(here.styles);
      return h(here.View, props);
    }
    return props.attachments.map(({ id, name }) => (
      <div class="soft" dir="auto" key={id}>
        {name}
      </div>
    ));
  }
}
