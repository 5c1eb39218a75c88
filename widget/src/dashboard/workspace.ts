/**
 * What every page of an owner does by script. Each works without: links, forms and menus are HTML.
 */

import { startAgo } from "./ago.ts";
import { startClock } from "./clock.ts";
import { showCopyButtons } from "./copy.ts";
import { startKeys } from "./keys.ts";
import { startLooking } from "./looking.ts";
import { startMenus } from "./menus.ts";
import { startNoticing } from "./noticing/noticing.ts";
import { startPasskeys } from "./passkeys.ts";
import { sendOnce } from "./send-once.ts";
import { showOpenTab } from "./tabs.ts";
import { startToasts } from "./toasts.ts";

showCopyButtons(document);
showOpenTab();
startMenus();
sendOnce();
startToasts();
startKeys();
startAgo();
startClock();
startLooking();
startPasskeys();
startNoticing();

if ("serviceWorker" in navigator && document.body.matches(".workspace"))
  // A browser that refuses it (private window, no secure context) shows the pages all the same.
  navigator.serviceWorker.register("/service-worker.js").catch(() => {});
