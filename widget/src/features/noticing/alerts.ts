/**
 * Notifications of the browser. They belong to the site's own address, so its page may have asked
 * for them already; the visitor is asked all the same whether they want ours.
 */

let canConstruct: boolean | undefined;

/** Whether a page of this browser can show one. On Android only a service worker can. */
export function canAlert(): boolean {
  if (!("Notification" in globalThis) || !isSecureContext) return false;
  if (Notification.permission !== "default") return Notification.permission === "granted";
  if (canConstruct === undefined)
    try {
      // Nothing shows before it is allowed (https://crbug.com/481856).
      new Notification("");
      canConstruct = true;
    } catch {
      canConstruct = false;
    }
  return canConstruct;
}

/** Called by a press alone. */
export async function askToAlert(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

export interface Alert {
  readonly title: string;
  readonly body: string;
  /** One of the same tag is replaced. */
  readonly tag: string;
  onOpen(): void;
}

/** Answers how it is taken away; nothing where it cannot be shown. */
export function showAlert({ title, body, tag, onOpen }: Alert): (() => void) | undefined {
  if (!canAlert() || Notification.permission !== "granted") return undefined;
  try {
    // The chat has a sound of its own, where it is wanted.
    const shown = new Notification(title, { body, tag, silent: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onOpen();
    };
    return () => shown.close();
  } catch {
    return undefined;
  }
}
