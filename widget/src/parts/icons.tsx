/** Line icons, 24 units wide; decoration only, the control's label says what it does. */

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.4a3.5 3.5 0 0 1 0 6.3M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  send: "M12 19V5.5M5.5 12L12 5.5l6.5 6.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 14q4 4 8 0M9 9v.1M15 9v.1",
  warn: "M12 4L2.5 20h19zM12 10v4.5M12 17.5v.1",
} as const;

export type IconName = keyof typeof PATHS;

/** A path, of an icon that one feature alone draws. */
export type IconPath = `M${string}`;

export function Icon({ name }: { readonly name: IconName | IconPath }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name as IconName] ?? name} />
    </svg>
  );
}
