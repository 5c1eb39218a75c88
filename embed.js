// @ts-check
/*
 * Inglenook: what a site owner's tag loads.
 *
 *   <script async src="https://chat.example.com/embed.js" data-site="pk_…"></script>
 *
 * It draws the launcher (or, inside <div data-inglenook-room="…">, a button that joins the room)
 * and waits. It asks nothing of the server and stores nothing; where the tag says on which pages
 * the launcher is shown, a small file works that out. The chat itself is a second file: imported
 * when the visitor points at the launcher, started when they press it. Calls made before that are
 * kept and answered later.
 *
 * WIDGET_FILES, RETURNING_FILE, BOOT_FILE, the style sheets and ACCENT are put in by
 * widget/build.mjs. Every page pays for this file, so it is short: of the options
 * (widget/src/options.ts) it reads what it draws, and a test holds it to the widget's reading.
 */
/** @typedef {import("./widget/src/entry.ts").Entry} Entry */
/** @typedef {import("./widget/src/entry.ts").Tag} Tag */
/** @typedef {import("./widget/src/entry.ts").Registry} Registry */
((/** @type {Registry | import("./widget/src/entry.ts").EarlyCalls | undefined} */ early) => {
  // A second tag, or the same one again after a swap of the page: the first has the public object.
  if (early?.boot) return /** @type {any} */ (early.boot());

  const verbs =
    "setTheme setRoom setText setLocale setConsent destroy hide show boot close update identify track prefill unread instances debug once on off toggle open send focus reset".split(
      " ",
    );
  /** @type {Entry[]} */
  const all = [];
  /** @type {Registry["queue"]} */
  const queue = [];
  // Known only now, while the file runs. Some loaders take the tag out of the page at once.
  const own = /** @type {Tag | null} */ (document.currentScript);
  // Looking at a large page takes some milliseconds.
  const PAUSE_MS = 100;
  /** @type {unknown} */
  let scanning;
  /** Whether the page is watched: until `end`. @type {boolean | undefined} */
  let isOn;
  /** @type {boolean | undefined} */
  let isTagged;
  let attempt = "";

  /** Options without blanks round them. @param {Record<string, string | undefined>} data */
  const read = (data) => {
    // Own ones alone: a page may have given every object one name more.
    for (const name of Object.keys(data)) data[name] = data[name]?.trim();
    try {
      document.querySelector(/** @type {string} */ (data.target));
    } catch {
      data.target = "";
    }
    return data;
  };

  /** @param {string | undefined} text */
  const pixels = (text) => `${/^\d{1,4}(?= ?(?:px)?$)/.exec(/** @type {string} */ (text)) || 20}px`;

  /**
   * Browsers remember a failed import by its address, so the next attempt has another one.
   * @param {Entry} entry @param {string} file @returns {Promise<any>}
   */
  const fetchFile = ({ tag }, file) =>
    import(
      /** @type {string} */ (
        /** @type {unknown} */ (new URL(`widget/${file}.js${attempt}`, tag.src))
      )
    );

  /** The widget, and beside it the files that it will ask for. @param {Entry} entry */
  const load = (entry) => {
    const files = WIDGET_FILES.split(" ").map((file) => fetchFile(entry, file));
    // Whoever waits for the widget learns of a failure. The others may be of an earlier build.
    files.map((file) => file.catch(String));
    return /** @type {Promise<any>} */ (files[0]);
  };

  /** @param {Entry} entry @param {"toggle" | "start"} [verb] */
  const wake = async (entry, verb) => {
    const { button } = entry;
    button.style.opacity = ".7";
    try {
      (await load(entry)).mount(api, entry, verb);
    } catch (cause) {
      attempt += "?";
      // In sight, because a finger finds no title; a word that most languages share. The view takes
      // it away.
      button.textContent = button.ariaLabel = "Offline ↻";
      console.error(cause);
    }
    button.style.opacity = "";
  };

  /**
   * Where the launcher is, and its colour. An edge of the window, whatever the direction of the
   * page.
   * @param {Entry["data"]} data
   */
  const look = (data) =>
    `--ing-${data.position === "bottom-left" ? "left" : "right"}:${pixels(data.offsetX)};--y:${pixels(data.offsetY)};` +
    `--z:${/^-?\d{1,10}$/.exec(/** @type {string} */ (data.zIndex)) || 2147480000};` +
    `--ing-accent:${/^#[\da-f]{6}$/i.exec(/** @type {string} */ (data.accent)) || ACCENT}`;

  /**
   * @param {Tag} tag
   * @param {HTMLElement} [place] where an inline room goes; nowhere: the bubble
   */
  const adopt = (tag, place) => {
    const data = read({ ...tag.dataset, ...place?.dataset });
    const room = data.inglenookRoom ?? data.room ?? "";
    const id = "inglenook-chat" + data.site + room;
    if (all.find((it) => it.id === id && it.place === place)) return;

    const css = LAUNCHER_CSS + (place ? INLINE_CSS : CORNER_CSS);
    const button = document.createElement("button");
    const host = document.createElement("inglenook-chat");
    const root = host.attachShadow({ mode: "open" });
    /** @type {Entry} */
    const entry = { id, data, place, tag, host, button };
    all.push(entry);

    host.style.cssText = look(data);
    // Never called. `document.open()` takes the listeners of all that stands in the page: where
    // this is gone, all are.
    host.onabort = String;

    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];

    // A bubble without words is a disc. The name of a page's own room is known when the room is.
    button.ariaLabel = button.textContent =
      data.launcherLabel || (place ? "Chat " + (room === "auto" ? "" : room) : "");
    button.ariaLabel ||= "Chat";
    button.onclick = () => wake(entry, "toggle");
    // A finger enters too, when it touches.
    button.onpointerenter = button.onfocus = () => load(entry);
    // A page that forbids what keys and fingers do means its own parts.
    button.ontouchstart =
      button.ontouchend =
      button.onkeydown =
      button.onkeypress =
      button.onkeyup =
        (/** @type {Event} */ event) => event.stopPropagation();
    // Where it is shown is a thing to work out: with the first look into a storage, below.
    if (!(data.launcher === "none" || data.show)) root.append(button);
    (place || document.documentElement).append(host);
    // What was left open is open on the next page too; who has written sees how much is unread. The
    // first look into a storage makes the page wait for the browser, 4 ms on a slow phone: when
    // there is nothing better to do, and for who never opened a chat into one storage, not two
    // (remembered-open.ts, heeds.ts).
    (self.requestIdleCallback || setTimeout)(async () => {
      const stored = (/** @type {string} */ key) =>
        /** @type {any} */ (self)[(data.storage || "local") + "Storage"][
          "inglenook:" + data.site + key
        ];
      try {
        if (data.show) (await fetchFile(entry, RETURNING_FILE)).tell(entry);
        if (
          all.includes(entry) &&
          (data.open === "true" ||
            data.load === "eager" ||
            // The team comes from the workspace (team-login.ts), others by a link to a message.
            /#ing-/.test(/** @type {never} */ (location)) ||
            (data.open !== "false" && stored(":open") && sessionStorage[id]))
        )
          wake(entry, "start");
        else if (!place && stored(":heeds")) (await fetchFile(entry, RETURNING_FILE)).tell(entry);
      } catch {}
    });
  };

  /**
   * The document, and the open shadow roots of the page: watched from now on.
   * @type {(Document | ShadowRoot)[]}
   */
  let roots;
  const watch = (/** @type {Document | ShadowRoot} */ root) => {
    roots.push(root);
    watcher.observe(root, {
      childList: true,
      subtree: true,
      attributeFilter: ["data-inglenook-room"],
    });
    for (const { localName, shadowRoot } of root.querySelectorAll("*"))
      if (shadowRoot && localName !== "inglenook-chat") watch(shadowRoot);
  };

  /**
   * Finds what the page has by now: new places, places that are gone, hosts that a router threw
   * away.
   */
  const scan = () => {
    scanning = 0;
    if (!isOn || !document.documentElement) return;
    document.addEventListener("click", onPress);
    roots = [];
    watch(document);
    for (const entry of all.slice()) {
      const { tag, data, place, host } = entry;
      if (
        place &&
        !(place.isConnected && place.dataset.inglenookRoom?.trim() === data.inglenookRoom)
      )
        drop(entry);
      else if (!host.isConnected)
        if (host.onabort) (place || document.documentElement).append(host);
        else {
          drop(entry);
          adopt(tag, place);
        }
    }
    // Consent tools keep copies of the tag, of another type or without an address.
    for (const tag of /** @type {Tag[]} */ ([
      own,
      ...document.querySelectorAll("script[data-site]"),
    ])) {
      if (
        tag?.src &&
        /^$|module|script$/.test(tag.type) &&
        /^\s*pk_/.test(/** @type {string} */ (tag.dataset.site))
      ) {
        isTagged = true;
        const { mode, target } = read({ ...tag.dataset });
        for (const root of roots)
          for (const place of /** @type {NodeListOf<HTMLElement>} */ (
            root.querySelectorAll(target || "[data-inglenook-room]")
          ))
            adopt(tag, place);
        if (mode !== "inline") adopt(tag);
      }
    }
  };
  const later = () => {
    scanning = scanning || setTimeout(scan, PAUSE_MS);
  };
  const watcher = new MutationObserver(later);

  /**
   * Any element of the page with data-inglenook-open opens the chat, at the room it names.
   * @param {Event} event
   */
  const onPress = (event) => {
    // The path leads into the page's shadow roots, and also has what is no element.
    const link = /** @type {HTMLElement[]} */ (event.composedPath()).find(
      ({ dataset }) => dataset && "inglenookOpen" in dataset,
    );
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
  };

  /** Takes everything off the page and stops looking, until `boot`. */
  const end = () => {
    isOn = false;
    watcher.disconnect();
    all.slice().map(drop);
  };

  /**
   * Finds what the page has, from now on. With options it adds an instance by them: what reads them
   * is a file of its own.
   * @param {unknown} [options]
   * @returns {Promise<void> | void}
   */
  const boot = (options) => {
    if (options)
      return fetchFile(/** @type {Entry} */ (all[0] || { tag: own }), BOOT_FILE).then((file) =>
        file.boot(own, options),
      );
    isOn = true;
    scan();
    // An element that gets its shadow root when its script is there changes nothing that is
    // watched.
    for (const { localName } of document.querySelectorAll(":not(:defined)"))
      customElements.whenDefined(localName).then(later, later);
  };

  /** Keeps the call until the chat is here. The launcher itself obeys at once. @type {Registry} */
  const api = /** @type {never} */ (
    (/** @type {string} */ verb, /** @type {unknown[]} */ ...args) => {
      if (api.run) return api.run(verb, args);
      // The last five cannot wait until somebody opens the chat.
      if (verbs.slice(-5).includes(verb) && all[0]) wake(all[0]);
      const answer = new Promise((resolve, reject) =>
        /destroy|hide|show|boot/.test(verb)
          ? resolve(/^[hd]/.test(verb) ? end() : boot(...args))
          : verbs.includes(verb)
            ? queue.push([verb, args, resolve, reject])
            : reject(Error(/** @type {any} */ ([verb, verbs]))),
      );
      return /^on/.test(verb) ? () => api("off", ...args) : answer;
    }
  );
  for (const verb of verbs) api[verb] = (/** @type {unknown[]} */ ...args) => api(verb, ...args);
  self.Inglenook = Object.assign(api, { all, queue, boot, drop, end });
  boot();
  if (!isTagged) console.error("No data-site", own);
  early?.q?.map((call) => api(...call));
})(self.Inglenook);
