/** Who is here: oneself, the others by name, those without one counted, and whom one ignores. */

import { Component, Face } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Person } from "../../protocol/frames.ts";

/** So many more are drawn at once: hundreds in one go would hold the page up. */
const STEP = 25;
const NEXT_MS = 16;

interface PeopleState {
  readonly most: number;
}

/** Somebody else; drawn anew under another name alone. */
class Other extends Component<{ readonly person: Person }> {
  override shouldComponentUpdate({ person }: { readonly person: Person }): boolean {
    return person.name !== this.props.person.name;
  }

  override render({ person }: { readonly person: Person }) {
    return (
      <li class="person">
        <Face {...person} />
        <span dir="auto">{person.name}</span>
      </li>
    );
  }
}

/** The server tells a number and who came; those it has not named are counted only. */
export class People extends Component<PartProps, PeopleState> {
  override state: PeopleState = { most: STEP };
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.componentDidUpdate();
  }

  override componentDidUpdate(): void {
    if (this.state.most < this.#others().length) this.#timer ??= setTimeout(this.#more, NEXT_MS);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  readonly #more = (): void => {
    this.#timer = undefined;
    this.setState(({ most }) => ({ most: most + STEP }));
  };

  #others(): readonly Person[] {
    const { me } = this.props.ui;
    return this.props.room?.people.filter(({ id }) => id !== me) ?? [];
  }

  override render({ ui, room, snapshot }: PartProps, { most }: PeopleState) {
    const { t, session, ignored } = ui;
    const others = this.#others();
    const shown = others.filter(({ id }) => !ignored.some((one) => one.id === id));
    const unnamed = (room?.online ?? 0) - others.length - 1;
    const { visitor } = snapshot;
    return (
      <>
        {visitor && (
          <li class="person">
            <Face {...visitor} />
            <b dir="auto">{visitor.name}</b> <span class="soft">{t("people.you")}</span>
          </li>
        )}
        {shown.slice(0, most).map((person) => (
          <Other key={person.id} person={person} />
        ))}
        {unnamed > 0 && <li class="person soft">{t("people.more", { n: unnamed })}</li>}
        {ignored.map((person) => (
          <li class="person soft" key={`ignored ${person.id}`}>
            <span dir="auto">{t("people.ignored", { name: person.name })}</span>
            <button type="button" class="link" onClick={() => session.ignore(person, false)}>
              <span>{t("people.show")}</span>
            </button>
          </li>
        ))}
      </>
    );
  }
}
