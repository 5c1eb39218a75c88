/**
 * Keeps the shell: style sheets, scripts and pictures of the workspace, and the page that says that
 * there is no network. It never keeps a page with people's words.
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

interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: "install" | "activate" | "fetch",
    listener: (event: WorkerEvent) => void,
  ): void;
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
