// @ts-check
/*
 * Inglenook: what a site owner's tag loads.
 *
 *   <script async src="https://chat.example.com/embed.js" data-site="pk_…"></script>
 *
 * It draws the launcher (or, inside <div data-inglenook-room="…">, a button that joins the room) and waits.
 * It sends no request and stores nothing; only for who has written before, a small file asks how much is unread. The chat itself
 * is a second file: imported when the visitor points at the launcher, started when they press it. Calls made before that are kept
 * and answered later.
 *
 * WIDGET_FILE, RETURNING_FILE, LAUNCHER_CSS and ACCENT are put in by widget/build.mjs. Every page pays for this file, so it is short.
 */
/** @typedef {import("./widget/src/entry.ts").Entry} Entry */
/** @typedef {import("./widget/src/entry.ts").Tag} Tag */
/** @typedef {import("./widget/src/entry.ts").Registry} Registry */
((/** @type {Registry | import("./widget/src/entry.ts").EarlyCalls | undefined} */ early) => {
  // A second tag, or the same one again after a swap of the page: the first has the public object.
  if (early?.boot) return early.boot();

  const verbs =
    "toggle open send focus hide show destroy close setTheme setRoom identify prefill unread instances debug once on off".split(
      " ",
    );
  /** @type {Entry[]} */
  const all = [];
  /** @type {Registry["queue"]} */
  const queue = [];
  /** @type {unknown} */
  let scanning;
  let attempt = "";

  /** Browsers remember a failed import by its address, so the next attempt has another one. @param {Entry} entry */
  const load = (entry, file = WIDGET_FILE + attempt) =>
    import(/** @type {string} */ (/** @type {unknown} */ (new URL(file, entry.tag.src))));

  /** @param {Entry} entry @param {"toggle" | "start"} [verb] */
  const wake = async (entry, verb) => {
    const { button } = entry;
    button.ariaBusy = "true";
    try {
      (await load(entry)).mount(api, entry, verb);
    } catch (cause) {
      attempt += "?";
      // In sight, because a finger finds no title; a word that most languages share. The view takes it away.
      button.ariaLabel = button.textContent = "Offline ↻";
      console.error(cause);
    }
    button.ariaBusy = null;
  };

  /** @param {Tag} tag @param {HTMLElement} [place] where an inline room goes; nowhere: the bubble */
  const adopt = (tag, place) => {
    /** @type {Record<string, string | undefined>} */
    const data = { ...tag.dataset, ...place?.dataset };
    const { inglenookRoom: room = data.room || "", open } = data;
    const id = "inglenook-chat" + data.site + room;
    if (all.some((it) => it.id === id && it.place === place)) return;

    const css = LAUNCHER_CSS;
    const button = document.createElement("button");
    const host = document.createElement("inglenook-chat");
    const root = host.attachShadow({ mode: "open" });
    /** @type {Entry} */
    const entry = { tag, id, data, place, host, button };
    all.push(entry);

    // The launcher stands at the end of its line, so that the other corner is the other direction.
    host.dir = /left/.test(/** @type {string} */ (data.position)) ? "rtl" : "";
    host.style.cssText = `--x:${data.offsetX || 20}px;--y:${data.offsetY || 20}px;--z:${data.zIndex || 2147480000};--ing-accent:${data.accent || ACCENT}`;
    if (place) host.slot = "inline";

    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(
        Object.assign(document.createElement("style"), { nonce: tag.nonce, textContent: css }),
      );
    }

    if (place) button.textContent = data.launcherLabel || "Chat " + room;
    else button.ariaLabel = data.launcherLabel || "Chat";
    button.onclick = () => wake(entry, "toggle");
    // A finger enters too, when it touches.
    button.onpointerenter = button.onfocus = () => load(entry).catch(String);
    // A page that forbids what keys and fingers do means its own parts.
    button.onkeydown =
      button.onkeypress =
      button.onkeyup =
      button.ontouchstart =
      button.ontouchend =
        (/** @type {Event} */ event) => event.stopPropagation();
    if (data.launcher !== "none") root.append(button);
    (place || document.documentElement).append(host);

    // What was left open is open on the next page too; who has written is told how much is unread. The first look into
    // storage makes the page wait for the browser, so it is taken when there is nothing better to do.
    (self.requestIdleCallback || setTimeout)(() => {
      try {
        if (
          all.includes(entry) &&
          (/true|eager/.test(/** @type {string} */ (open) + data.load) ||
            (open !== "false" && sessionStorage[id]))
        )
          wake(entry, "start");
        else if (
          !place &&
          /** @type {any} */ (self)[(data.storage || "local") + "Storage"][
            `inglenook:${data.site}:heeds`
          ]
        )
          load(entry, RETURNING_FILE).then(({ tell }) => tell(entry), String);
      } catch {}
    });
  };

  /** Finds what the page has by now: new places, places that are gone, hosts that a router threw away. */
  const scan = () => {
    scanning = null;
    for (const entry of all.slice()) {
      const { place = document.documentElement, host } = entry;
      if (!place.isConnected) drop(entry);
      else if (!host.isConnected) place.append(host);
    }
    for (const tag of /** @type {NodeListOf<HTMLScriptElement>} */ (
      document.querySelectorAll("script[data-site^=pk_]")
    )) {
      const { mode, target = "[data-inglenook-room]" } = tag.dataset;
      for (const place of /** @type {NodeListOf<HTMLElement>} */ (
        document.querySelectorAll(target)
      ))
        adopt(tag, place);
      if (mode !== "inline") adopt(tag);
    }
  };
  const watcher = new MutationObserver(() => {
    scanning = scanning || setTimeout(scan, 50);
  });

  /** Any element of the page with data-inglenook-open opens the chat, at the room it names. @param {Event} event */
  const onPress = (event) => {
    const link = /** @type {Element} */ (event.target).closest("[data-inglenook-open]");
    if (link && all[0]) {
      event.preventDefault();
      api("open", link);
    }
  };

  /** Takes an entry off the page. @param {Entry} entry */
  const drop = (entry) => {
    entry.view?.unmount();
    entry.host.remove();
    all.splice(all.indexOf(entry), 1);
    if (!all[0]) {
      watcher.disconnect();
      // A look at the page that is due would bring back what was just taken away.
      scanning = clearTimeout(/** @type {number} */ (scanning));
    }
  };

  const boot = () => {
    watcher.observe(document, { childList: true, subtree: true });
    document.addEventListener("click", onPress);
    scan();
  };

  /** Keeps the call until the chat is here. The launcher itself obeys at once. @type {Registry} */
  const api = /** @type {never} */ (
    (/** @type {string} */ verb, /** @type {unknown[]} */ ...args) => {
      if (api.run) return api.run(verb, args);
      if (/open|toggle|send|focus/.test(verb) && all[0]) wake(all[0]);
      const answer = new Promise((resolve, reject) =>
        /destroy|hide|show/.test(verb)
          ? resolve(verb === "show" ? boot() : all.slice().map(drop))
          : verbs.includes(verb)
            ? queue.push([verb, args, resolve, reject])
            : reject(Error(`No ${verb} in ${verbs}`)),
      );
      return /^on/.test(verb) ? () => api("off", ...args) : answer;
    }
  );
  for (const verb of verbs) api[verb] = (/** @type {unknown[]} */ ...args) => api(verb, ...args);
  self.Inglenook = Object.assign(api, { all, boot, drop, queue });
  boot();
  if (!all[0]) console.error("No data-site");
  early?.q?.map((call) => api(...call));
})(self.Inglenook);
