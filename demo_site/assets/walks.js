// A small app of one document: three views, addresses by history.pushState, the whole of <main>
// replaced each time.
// Nothing in it knows of the chat, and the chat must survive it.

const WALKS = [
  {
    id: "tarn",
    name: "Round the tarn",
    length: "5 km",
    climb: "90 m",
    about: "Flat enough for a pram, wet enough for boots.",
  },
  {
    id: "ridge",
    name: "The long ridge",
    length: "14 km",
    climb: "620 m",
    about: "Wind from the left all the way, tea at the end.",
  },
  {
    id: "mill",
    name: "Mill and meadow",
    length: "8 km",
    climb: "140 m",
    about: "Nine stiles, one bull, no mobile reception.",
  },
  {
    id: "night",
    name: "Lantern lane",
    length: "3 km",
    climb: "40 m",
    about: "Made for after dark. Take the second gate.",
  },
];
const DAYS = [
  ["Today", "Bright, then showers from the west", "11°"],
  ["Tomorrow", "Fog in the valleys until ten", "9°"],
  ["Sunday", "Clear and cold, first frost on the ridge", "6°"],
];

const saved = new Set();
const view = document.getElementById("view");

const make = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const card = (walk) => {
  const isSaved = saved.has(walk.id);
  const button = make("button", { type: "button", textContent: isSaved ? "Saved" : "Save" });
  button.setAttribute("aria-pressed", String(isSaved));
  button.setAttribute("aria-label", `Save ${walk.name}`);
  button.onclick = () => {
    if (!saved.delete(walk.id)) saved.add(walk.id);
    show(false);
  };
  return make(
    "li",
    {},
    make("h2", { textContent: walk.name }),
    make("p", { className: "facts", textContent: `${walk.length} · ${walk.climb} up` }),
    make("p", { textContent: walk.about }),
    button,
  );
};

const VIEWS = {
  "/walks": () => [
    make("img", {
      src: "/assets/walks-hills.svg",
      alt: "A path through hills to a snowy summit",
      width: 800,
      height: 420,
    }),
    make("h1", { textContent: "Walks near you" }),
    make("ul", { className: "walks" }, ...WALKS.map(card)),
  ],
  "/walks/weather": () => [
    make("h1", { textContent: "Weather on the hills" }),
    make(
      "dl",
      {},
      ...DAYS.map(([day, words, degrees]) =>
        make(
          "div",
          {},
          make("dt", { textContent: day }),
          make("dd", { textContent: `${degrees}  ${words}` }),
        ),
      ),
    ),
  ],
  "/walks/saved": () => [
    make("h1", { textContent: "Saved walks" }),
    saved.size
      ? make("ul", { className: "walks" }, ...WALKS.filter((walk) => saved.has(walk.id)).map(card))
      : make("p", { textContent: "Nothing yet. Save a walk and it waits for you here." }),
  ],
};

const show = (isNewPage = true) => {
  const path = location.pathname.replace(/\/$/, "");
  view.replaceChildren(...(VIEWS[path] || VIEWS["/walks"])());
  const title = view.querySelector("h1").textContent;
  document.title = `${title} · Fernway`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isNewPage) scrollTo(0, 0);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("header a");
  if (
    !link ||
    !VIEWS[link.pathname] ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.button
  )
    return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show();
  view.focus();
});
addEventListener("popstate", () => show());
show();
