/** Put in by widget/build.mjs. */

/**
 * Names of the widget's file and of those that it asks for, between blanks: `widget.ABCDEFGH …`.
 */
declare const WIDGET_FILES: string;
/** Name of the widget's own file. */
declare const WIDGET_FILE: string;
/** Name of the file of returning.ts. */
declare const RETURNING_FILE: string;
declare const BOOT_FILE: string;
/** ui/badge.css. */
declare const BADGE_CSS: string;
/** ui/corner.css, ui/inline.css, ui/launcher.css. */
declare const CORNER_CSS: string;
declare const INLINE_CSS: string;
declare const LAUNCHER_CSS: string;
/** The accent of the light scheme. */
declare const ACCENT: string;
/** The tokens and ui/styles.css. */
declare const WIDGET_CSS: string;
/** ui/messages.css, with the tokens that it alone reads. */
declare const MESSAGES_CSS: string;
declare const VERSION: string;
/** The tags of the languages that the chat speaks, between blanks, English first. */
declare const LANGUAGES: string;
/** The module of a language's words, with an asterisk for its tag. */
declare const WORDS_FILE: string;

/** A sheet of a feature, minified. */
declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the form that esbuild and Vite give to text.
  export default text;
}
