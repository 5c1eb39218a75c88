/**
 * `Inglenook.boot(options)`: one more instance, by options instead of a tag. They become a tag that
 * the browser does not run, over the options of the one that loaded embed.js; embed.js finds it as
 * it finds any other. The same options again find the same instance.
 */

import { complaintsAbout } from "./complaints.ts";
import type { Registry, Tag } from "./entry.ts";
import { attributeOf, meaningOf, OPTIONS } from "./options.ts";

/** embed.js takes it for a tag, and the browser for data. */
const TYPE = "inglenook/script";
const SITE = /^\s*pk_/;

const tags = () => document.querySelectorAll(`script[type="${TYPE}"]`);
const complain = (sentence: string): void => console.error(`[inglenook] boot(): ${sentence}`);

/** The options as attributes have them; says what is wrong and goes without it. */
function datasetOf(options: unknown): Record<string, string> | null {
  if (typeof options !== "object" || !options || Array.isArray(options)) {
    complain('it takes an object, such as { site: "pk_…", room: "lobby" }.');
    return null;
  }
  const data: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    const isText = ["string", "number", "boolean"].includes(typeof value);
    if (!Object.hasOwn(OPTIONS, name))
      complain(`there is no option "${name}". There are: ${Object.keys(OPTIONS).join(", ")}.`);
    else if (isText) data[name] = `${value}`;
    else if (value !== null && value !== undefined)
      complain(`"${name}" must be text, a number, true or false, not ${typeof value}.`);
  }
  for (const sentence of complaintsAbout(data, { attributeOf, meaningOf, OPTIONS }))
    complain(sentence);
  return data;
}

/** Those that have had an instance. */
const used = new WeakSet<Element>();

/** What `destroy()` has taken away comes back by its own options, not by others. */
function forgetDestroyed({ all }: Registry): void {
  for (const tag of tags()) if (!all.length && used.has(tag)) tag.remove();
}

/** `loader` is the tag that loaded embed.js, where the browser knows it. */
export function boot(loader: Tag | null, options: unknown): void {
  const registry = self.Inglenook as Registry;
  const own = loader ?? registry.all[0]?.tag;
  const asked = datasetOf(options);
  if (!asked || !own) return;
  const data: Record<string, string | undefined> = { ...own.dataset, ...asked };
  if (!SITE.test(data.site ?? "")) {
    complain('it needs { site: "pk_…" }, the public key of your site.');
    return;
  }
  const tag = document.createElement("script");
  Object.assign(tag, { type: TYPE, src: own.src, nonce: own.nonce });
  for (const [name, value] of Object.entries(data))
    if (value !== undefined) tag.setAttribute(attributeOf(name), value);
  forgetDestroyed(registry);
  // An app calls it with each of its pages.
  if (![...tags()].some((one) => one.isEqualNode(tag))) document.head.append(tag);
  registry.boot();
  for (const entry of registry.all) used.add(entry.tag as unknown as Element);
}
