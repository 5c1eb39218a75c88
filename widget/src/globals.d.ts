/** Put in by widget/build.mjs. */

/** Paths of the widget's module and of those that it imports, below the server's root. */
declare const WIDGET_FILES: readonly string[];
/** ui/launcher.css. */
declare const LAUNCHER_CSS: string;
/** The accent of the light scheme. */
declare const ACCENT: string;
/** The tokens and ui/styles.css. */
declare const WIDGET_CSS: string;
declare const VERSION: string;
