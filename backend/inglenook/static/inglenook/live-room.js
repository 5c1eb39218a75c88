// @ts-check
/*
 * A room on the team's page, live. The page itself asks every five seconds; this listens on the staff socket (the frames
 * of docs/protocol.md) and makes it ask at once. What a frame says is not used beyond "there is something new", so there
 * is one way in which messages reach the page.
 *
 *   socket frame -> newest rev known -> "inglenook:changed" -> the cursor asks -> swapped -> still behind? ask again
 */
(() => {
  const ASK_EVERY_MS = 500;
  const STABLE_MS = 10_000;
  const NEAR_END_PX = 80;
  const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [500, 30_000];

  const section = document.querySelector("[data-room][data-socket]");
  const log = document.getElementById("log");
  const state = document.getElementById("live-state");
  if (!(section instanceof HTMLElement) || !log) return;
  const room = section.dataset.room ?? "";
  const address = `${location.origin.replace(/^http/, "ws")}${section.dataset.socket}`;
  const polling = state?.textContent ?? "";

  let newest = 0;
  let asked = 0;
  let timer = 0;
  let attempt = 0;
  let isAtEnd = true;
  let stopped = false;

  const cursor = () => document.getElementById("cursor");
  const since = () => Number(cursor()?.dataset.since ?? 0);

  /** Makes the cursor ask, at most twice a second. */
  function ask() {
    if (timer) return;
    timer = setTimeout(
      () => {
        timer = 0;
        asked = Date.now();
        document.body.dispatchEvent(new CustomEvent("inglenook:changed"));
      },
      Math.max(0, asked + ASK_EVERY_MS - Date.now()),
    );
  }

  /** @param {unknown} epoch @param {unknown} rev */
  function learn(epoch, rev) {
    if (epoch !== undefined && epoch !== cursor()?.dataset.epoch) ask();
    if (typeof rev !== "number") return;
    newest = Math.max(newest, rev);
    if (newest > since()) ask();
  }

  function connect() {
    const socket = new WebSocket(address, "inglenook.v1");
    let stable = 0;
    /** @param {object} frame */
    const send = (frame) =>
      socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
    /** @param {any} frame */
    const hear = (frame) => {
      if (frame.type === "ping") {
        send({ type: "pong", n: frame.n });
        const head = frame.heads?.[room];
        if (head) learn(head[0], head[1]);
      } else if (frame.type === "welcome") {
        stable = setTimeout(() => {
          attempt = 0;
        }, STABLE_MS);
        say("Live", true);
      } else if (frame.type === "bye") {
        // From 4500 on there is nothing to come back for: the page goes on by asking.
        stopped = frame.code >= 4500;
      } else if (frame.room === room && frame.type === "sync") {
        learn(frame.epoch, frame.upto);
      } else if (frame.room === room && (frame.type === "message" || frame.type === "room")) {
        learn(undefined, frame.rev);
      }
    };
    socket.addEventListener("open", () => {
      send({
        type: "hello",
        v: 1,
        rooms: [{ room, epoch: cursor()?.dataset.epoch, since: since() }],
      });
    });
    socket.addEventListener("message", (event) => {
      const frames = JSON.parse(event.data);
      for (const frame of Array.isArray(frames) ? frames : [frames]) hear(frame);
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(stable);
      say(polling, false);
      if (stopped || event.code >= 4500) return;
      attempt += 1;
      const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      setTimeout(connect, FIRST_WAIT_MS / 2 + Math.random() * most);
    });
  }

  /** @param {string} words @param {boolean} isLive */
  function say(words, isLive) {
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("live-on", isLive);
  }

  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
  };
  log.addEventListener("scroll", () => {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  });
  // Whoever reads further up is left there; whoever is at the end stays at the end.
  new MutationObserver(() => {
    if (isAtEnd) toEnd();
  }).observe(log, { childList: true, subtree: true });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (newest > since()) ask();
  });
  // Older messages are put in above: what was in view stays in view.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const target = /** @type {CustomEvent} */ (event).detail.target;
    if (target?.id !== "messages") return;
    isAtEnd = false;
    const below = log.scrollHeight - log.scrollTop;
    requestAnimationFrame(() => {
      log.scrollTop = log.scrollHeight - below;
    });
  });
  // Ctrl or ⌘ with Enter sends, wherever the form was swapped.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
  });

  toEnd();
  connect();
})();
