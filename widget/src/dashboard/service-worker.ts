/**
 * Keeps the shell: style sheets, scripts and pictures of the workspace, and the page that says that
 * there is no network. It never keeps a page with people's words. A click on a notification, which
 * noticing/ shows, opens its place.
 *
 * The server writes `SHELL` before this script: the files by their hashed names, and the page.
 */

interface Shell {
  /** Another where any file is another. */
  readonly version: string;
  readonly files: readonly string[];
  readonly offline: string;
}

/** What we use of a service worker: TypeScript's own types of workers clash with those of pages. */
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}

interface NotificationEvent extends Event {
  readonly notification: Notification;
  waitUntil(work: Promise<unknown>): void;
}

interface Tab {
  readonly url: string;
  focus(): Promise<unknown>;
}

interface Worker {
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(of: { type: "window" }): Promise<readonly Tab[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: "install" | "activate" | "fetch",
    listener: (event: WorkerEvent) => void,
  ): void;
  addEventListener(type: "notificationclick", listener: (event: NotificationEvent) => void): void;
}

declare const SHELL: Shell;
declare const self: Worker;

const PREFIX = "inglenook-shell-";
const name = PREFIX + SHELL.version;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (SHELL.files.includes(pathname)) event.respondWith(fromShell(request));
  else if (request.mode === "navigate" && pathname.startsWith("/dashboard/"))
    event.respondWith(fetch(request).catch(offlinePage));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { url: string }).url));
});

/** The tab that has it open, else a new one. */
async function open(path: string): Promise<void> {
  const tabs = await self.clients.matchAll({ type: "window" });
  const found = tabs.find(({ url }) => new URL(url).pathname === path);
  await (found ? found.focus() : self.clients.openWindow(path));
}

async function keep(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll([...SHELL.files, SHELL.offline]);
}

async function forgetOthers(): Promise<void> {
  for (const other of await caches.keys())
    if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
}

async function fromShell(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

async function offlinePage(): Promise<Response> {
  return (await caches.match(SHELL.offline)) ?? Response.error();
}
