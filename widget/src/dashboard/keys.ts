/**
 * The keys of the workspace. The list behind "?" in the page is the table: each row says which keys
 * it is for and what they press, so what is listed is what works.
 */

/** So long a first key waits for its second. */
const SECOND_KEY_MS = 1500;
/** So long no key counts after one that loads another page; as a rule that page is there sooner. */
const LEAVING_MS = 3000;
const FIELDS = "input, textarea, select, [contenteditable], [contenteditable] *";

export interface Row {
  /** One key, or two that follow each other. */
  readonly keys: readonly string[];
  /** What they press, as a selector. */
  readonly press: string;
}

export function startKeys(): void {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return;
  for (const opener of document.querySelectorAll<HTMLElement>("[data-opens=keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
  const rows = rowsOf(dialog);
  let before = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leavingUntil = 0;
  addEventListener("pageshow", () => {
    leavingUntil = 0;
  });
  document.addEventListener("keydown", (event) => {
    if (!isForUs(event)) return;
    if (event.key === "Escape") leavingUntil = 0; // the browser loads no further
    // Who goes to the next case and decides at once means that one, not the one still on view.
    if (Date.now() < leavingUntil) return;
    const pressed = event.key.toLowerCase();
    const found = rowFor(rows, before, pressed);
    clearTimeout(timer);
    before = found ? "" : pressed;
    timer = setTimeout(() => {
      before = "";
    }, SECOND_KEY_MS);
    const element = found && firstVisible(found.press);
    if (!element && !(found && isListItself(found))) return;
    event.preventDefault();
    if (!element) dialog.showModal();
    else if (element.matches(FIELDS)) element.focus();
    else if (loadsPage(element)) leavingUntil = Date.now() + LEAVING_MS;
  });
}

export function rowsOf(list: ParentNode): Row[] {
  return [...list.querySelectorAll<HTMLElement>("[data-keys]")].map(({ dataset }) => ({
    keys: (dataset.keys ?? "").split(" "),
    press: dataset.press ?? "",
  }));
}

/** The row of this key, where `before` is the one that was pressed a moment ago. */
export function rowFor(rows: readonly Row[], before: string, pressed: string): Row | undefined {
  const ends = (wanted: string) => rows.find(({ keys }) => keys.join(" ") === wanted);
  return (before && ends(`${before} ${pressed}`)) || ends(pressed);
}

/** Not while somebody writes, and not with a key that belongs to the browser. */
function isForUs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.matches(FIELDS));
}

/** The list opens by its key also where its button is in a menu that is closed. */
const isListItself = ({ press }: Row) => press === "[data-opens=keys]";

function firstVisible(selector: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].find((element) =>
    element.checkVisibility(),
  );
}

/** Presses it, and says whether the browser loads another page for it. */
function loadsPage(element: HTMLElement): boolean {
  let loads = false;
  // What a script has taken over leaves the page where it is.
  const note = ({ type, defaultPrevented }: Event) => {
    loads = !defaultPrevented && (type === "submit" || leadsElsewhere(element));
  };
  addEventListener("click", note);
  addEventListener("submit", note);
  element.click();
  removeEventListener("click", note);
  removeEventListener("submit", note);
  return loads;
}

const leadsElsewhere = (element: HTMLElement) =>
  element instanceof HTMLAnchorElement &&
  withoutFragment(element.href) !== withoutFragment(location.href);

const withoutFragment = (address: string) => address.split("#")[0];
