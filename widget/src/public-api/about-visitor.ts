/**
 * What the page says of its visitor, once there is one: the name and attributes that it knows, and,
 * where the owner's settings ask for it, which page they are on. A file of its own, for pages that
 * say something.
 */

import type { Session } from "../session/types.ts";
import type { ChatView } from "../ui/chat-view.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface Said {
  /** The name that the page gave last; nothing: none. */
  name?: string | undefined;
  attributes?: Attributes | undefined;
}

/** What it needs of the first file is handed to it, which it may not bring itself. */
export interface Tools {
  readonly said: Said;
  warn(sentence: string): void;
}

/** A page that changes its address again and again is told of once in this time. */
const PAGE_MS = 10_000;

/** In the store of the site. */
const NAMED = "named";
const ATTRIBUTES = "attributes";

export async function sayAll(view: ChatView, tools: Tools): Promise<void> {
  const session = view.session();
  const visitor = session?.snapshot().visitor;
  // The team is on a page of its own, and what the page knows is of its visitors.
  if (!session || !visitor?.id.startsWith("v_")) return;
  const { name = view.entry.data.userName, attributes } = tools.said;
  if (name) await sayName(session, visitor.name, name, tools);
  if (attributes) await sayAttributes(session, attributes, tools);
  followPage(view, session);
}

/**
 * A name that was given once is the visitor's: what they changed it to stays until the page gives a
 * new one.
 */
async function sayName(
  session: Session,
  present: string,
  wanted: string,
  { warn }: Tools,
): Promise<void> {
  if (session.store.get(NAMED) === wanted) return;
  session.store.set(NAMED, wanted);
  if (present === wanted) return;
  try {
    await session.rename(wanted);
  } catch (error) {
    session.store.remove(NAMED);
    warn(`The name "${wanted}" was refused: ${(error as Error).message}`);
  }
}

/** The same again on the next page asks nothing of the server. */
async function sayAttributes(
  session: Session,
  attributes: Attributes,
  { warn }: Tools,
): Promise<void> {
  const { store } = session;
  const text = JSON.stringify(attributes);
  if (store.get(ATTRIBUTES) === text) return;
  store.set(ATTRIBUTES, text);
  try {
    await session.call("PATCH", "me", { attributes });
  } catch (error) {
    store.remove(ATTRIBUTES);
    warn(`track(): refused. ${(error as Error).message}`);
  }
}

const followed = new WeakSet<Session>();

/** Tells the team which page the visitor is on, now and after each change. */
function followPage(view: ChatView, session: Session): void {
  if (followed.has(session)) return;
  const mayTell = () => {
    const { site } = session.snapshot();
    return site?.track_page && view.entry.data.trackUrl !== "false" && view.session() === session;
  };
  if (!mayTell()) return;
  followed.add(session);
  let known = "";
  let isDue = false;
  const tell = () => {
    isDue = false;
    const { href: url } = location;
    if (!mayTell() || known === url) return;
    known = url;
    const { title, referrer } = document;
    const token = session.store.get("token");
    // The contract has no other call that takes a page. Without an answer the next change tells.
    session.call("POST", "session", { token, page: { url, title, referrer } }).catch(() => {
      known = "";
    });
  };
  const { navigation } = window as { readonly navigation?: EventTarget };
  const onMove = () => {
    if (view.session() !== session) target.removeEventListener(name, onMove);
    else if (!isDue) {
      isDue = true;
      setTimeout(tell, PAGE_MS);
    }
  };
  const [target, name] = navigation
    ? ([navigation, "currententrychange"] as const)
    : ([window, "popstate"] as const);
  target.addEventListener(name, onMove);
  tell();
}
