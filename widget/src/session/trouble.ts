/**
 * What keeps this page from the chat, for the owner who looks at Install. Fetched when something is
 * wrong; it says it once, and names neither the page nor the visitor.
 *
 *   calls go through, WebSockets do not   socket, or socket_policy where the page forbids them
 *   no call went through, but this one    call: an extension, a firewall, or a moment that is over
 *   the page forbids every call           policy: by a script's address, which it has allowed
 */

export type TroubleKind = "socket" | "socket_policy" | "call";

/** The browser tells of a violation after it has refused. */
const SOON_MS = 100;

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

/** Whether a policy of the page, that is not only reported, forbids what `attempt` does. */
async function isForbidden(host: string, attempt: () => Promise<unknown>): Promise<boolean> {
  let found = false;
  const look = ({ blockedURI, disposition }: SecurityPolicyViolationEvent) => {
    found ||= disposition === "enforce" && hostOf(blockedURI) === host;
  };
  document.addEventListener("securitypolicyviolation", look);
  await attempt().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, SOON_MS));
  document.removeEventListener("securitypolicyviolation", look);
  return found;
}

const reported = new Set<string>();

/** `forbidden`: the addresses of sockets that the page's policy has refused. */
export async function reportOnce(
  api: string,
  noticed: "socket" | "call",
  forbidden: readonly string[],
): Promise<void> {
  const sockets = api.replace(/^http/, "ws").replace(/\/api\/.*/, "/");
  const isPolicy = noticed === "socket" && forbidden.some((one) => one.startsWith(sockets));
  const kind = isPolicy ? "socket_policy" : noticed;
  const name = `${kind} ${api}`;
  if (reported.has(name)) return;
  reported.add(name);
  await report(api, kind);
}

export async function report(api: string, kind: TroubleKind): Promise<void> {
  const host = hostOf(api);
  const send = () =>
    fetch(`${api}/trouble`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind }),
      credentials: "omit",
      keepalive: true,
    });
  // An empty script comes from there: the request says it.
  if (await isForbidden(host, send)) await import(`${api}/trouble`).catch(() => {});
}
