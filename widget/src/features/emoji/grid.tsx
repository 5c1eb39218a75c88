/** Signs in rows. One of them is in the order of Tab, and arrows go from one to the next. */

import { Component, createRef } from "../../parts/parts.ts";
import { type Named, toned } from "./names.ts";

interface GridProps {
  readonly label: string;
  readonly signs: readonly Named[];
  readonly tone: string;
  take(sign: string, staysOpen: boolean): void;
  /** Upwards from the first row. */
  leave(): void;
}

interface GridState {
  /** Whose turn it is at Tab. */
  readonly at: number;
  readonly columns: number;
}

const CELL_PX = 44;
const MOST_COLUMNS = 8;

/** Where a key leads from a place: below 0 out of the grid; nothing where it leads nowhere. */
export function placeAfter(
  key: string,
  at: number,
  count: number,
  columns: number,
  isRtl: boolean,
): number | undefined {
  const start = at - (at % columns);
  const isInLastRow = start + columns >= count;
  const forth = isRtl ? -1 : 1;
  const places: Readonly<Record<string, number>> = {
    ArrowRight: at + forth,
    ArrowLeft: at - forth,
    ArrowDown: isInLastRow ? at : Math.min(at + columns, count - 1),
    ArrowUp: at - columns,
    Home: start,
    End: Math.min(start + columns, count) - 1,
  };
  const place = places[key];
  return place === undefined || place >= count ? undefined : place;
}

export class Grid extends Component<GridProps, GridState> {
  override state: GridState = { at: 0, columns: MOST_COLUMNS - 1 };
  readonly #box = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    const { clientWidth } = this.#box.current as HTMLDivElement;
    if (!clientWidth) return;
    const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(clientWidth / CELL_PX)));
    this.setState({ columns });
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const box = this.#box.current as HTMLDivElement;
    const all = [...box.querySelectorAll<HTMLElement>("button")];
    const at = all.indexOf(event.target as HTMLElement);
    const isRtl = getComputedStyle(box).direction === "rtl";
    const next = placeAfter(event.key, at, all.length, this.state.columns, isRtl);
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) return event.key === "ArrowUp" ? this.props.leave() : undefined;
    this.setState({ at: next });
    all[next]?.focus();
  };

  override render({ label, signs, tone, take }: GridProps, { at, columns }: GridState) {
    const rows = Array.from({ length: Math.ceil(signs.length / columns) }, (_, row) =>
      signs.slice(row * columns, (row + 1) * columns),
    );
    return (
      // biome-ignore lint/a11y/useSemanticElements: a table for what is laid out by its width.
      <div
        ref={this.#box}
        class="signs"
        role="grid"
        aria-label={label}
        style={`--columns:${columns}`}
        onKeyDown={this.#onKeyDown}
      >
        {rows.map((row, y) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: its buttons take the focus, and rows have no other name.
          <div key={y} role="row">
            {row.map((named, x) => {
              const sign = toned(named, tone);
              const name = named.names[0]?.replaceAll("_", " ");
              const place = y * columns + x;
              return (
                // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: as above.
                <div key={named.sign} role="gridcell">
                  <button
                    type="button"
                    lang="en"
                    aria-label={name}
                    title={name}
                    tabIndex={place === at ? 0 : -1}
                    onClick={({ shiftKey }) => take(sign, shiftKey)}
                  >
                    <span>{sign}</span>
                  </button>
                </div>
              );
            })}
          </div>
        ))}
      </div>
    );
  }
}
