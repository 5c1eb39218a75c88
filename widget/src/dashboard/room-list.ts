/** Rooms are put in order by dragging; the buttons of each row do the same without a script. */

const list = document.querySelector<HTMLElement>("[data-ordered]");
if (list) {
  let dragged: HTMLElement | null = null;
  const rowOf = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[data-slug]") : null;
  // Rows are drawn anew when the list asks for news, though not under somebody's hand.
  list.addEventListener("pointerdown", (event) => {
    const row = rowOf(event);
    if (row) row.draggable = true;
    // A link that is dragged would be dropped as an address.
    for (const link of row?.querySelectorAll("a") ?? []) link.draggable = false;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (dragged) event.preventDefault();
  });
  list.addEventListener("dragstart", (event) => {
    dragged = rowOf(event);
    dragged?.classList.add("dragged");
    event.dataTransfer?.setData("text/plain", dragged?.dataset.slug ?? "");
  });
  list.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (!dragged || !row) return;
    event.preventDefault();
    if (row === dragged) return;
    const { top, height } = row.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < top + height / 2 ? row : row.nextElementSibling);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (dragged) void store(dragged);
    dragged?.classList.remove("dragged");
    dragged = null;
  });
}

/** Says before which room it stands now. Where that is refused, the page is read again. */
async function store(row: HTMLElement): Promise<void> {
  const form = row.querySelector<HTMLFormElement>("form.move");
  if (!form) return;
  const body = new FormData(form);
  const next = row.nextElementSibling;
  body.set("to", next instanceof HTMLElement ? (next.dataset.slug ?? "") : "");
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
  });
  if (!answer.ok) location.reload();
}
