/**
 * The whole chat: header, notices, messages, composer. What draws messages comes with the engine.
 */

import { Component, type RenderableProps } from "preact";
import { bar } from "../features/bar/bar.ts";
import { FEATURES } from "../features/registry.ts";
import { isTermsComing } from "../features/terms/terms.ts";
import { Composer } from "./composer.tsx";
import { FeatureView } from "./feature-view.tsx";
import { Header } from "./header.tsx";
import "./in-place.ts";
import type { PanelProps } from "../parts/props.ts";
import { engineHere } from "./engine-loader.ts";
import { List } from "./list.tsx";
import { Notices, Typing } from "./notices.tsx";

const [files] = FEATURES.composer;

type AroundProps = RenderableProps<Pick<PanelProps, "isBrief">>;

/** What stands around the messages: left as it is while they alone are drawn. */
class Around extends Component<AroundProps> {
  override shouldComponentUpdate({ isBrief }: AroundProps): boolean {
    return !isBrief;
  }

  override render() {
    return this.props.children;
  }
}

export function Panel(props: PanelProps) {
  const { ui, snapshot, room, isBrief, isDialog, composer, onClose } = props;
  const { t, data } = ui;
  const { site, connection } = snapshot;
  const isPrivate = ui.room === "private" || room?.info?.kind === "private";
  const title =
    data.title ||
    site?.theme.title ||
    (isPrivate ? t("room.private") : room?.info?.name || site?.name || t("panel.title"));
  const whole = { ...props, title };
  const part = { ...whole, key: ui.room };
  const engine = engineHere();
  // Files that are pasted or dropped before their tray is here; it listens itself then.
  const give = (given: DataTransfer | null) => {
    if (given?.files[0] && !files.file.here && !isTermsComing(whole))
      composer.current?.show({ pressed: [...given.files] });
  };
  const ask = (text: string) => isTermsComing(whole) || ui.session.send(ui.room, text);
  return (
    <section
      class="panel"
      role={isDialog ? "dialog" : "region"}
      aria-label={title}
      onPaste={({ clipboardData }) => {
        // Of what an office program copies as a text and a picture, the text is meant.
        if (!clipboardData?.types.includes("text/plain")) give(clipboardData);
      }}
      onDrop={({ dataTransfer }) => give(dataTransfer)}
      onKeyDown={({ key, isComposing }) => key === "Escape" && !isComposing && onClose()}
    >
      <Around isBrief={isBrief}>
        <Header {...whole} />
        {FEATURES.unasked.map(
          (feature) => feature.opener(whole) && <FeatureView feature={feature} from={whole} />,
        )}
        <Notices {...part} />
      </Around>
      <List from={whole} key={`list ${ui.room}`}>
        {bar.opener(whole) && <FeatureView feature={bar} from={whole} />}
        {engine && room && (room.epoch || room.pending.length) ? (
          <engine.MessageList {...part} room={room} onAsk={ask} />
        ) : (
          !room?.problem &&
          !connection.stop && (
            <div class="bones" role="status" aria-label={t("panel.loading")}>
              <i />
              <i />
              <i />
            </div>
          )
        )}
      </List>
      <Around isBrief={isBrief}>
        <div class="typing">
          <Typing {...part} />
        </div>
        <Composer {...part} />
        {engine && <engine.Announcer {...part} />}
      </Around>
    </section>
  );
}
