/** Put in by widget/build.mjs. */

/** Path of the widget's module below the server's root. */
declare const WIDGET_FILE: string;
/** The same of src/returning.ts. */
declare const RETURNING_FILE: string;
/** ui/launcher.css. */
declare const LAUNCHER_CSS: string;
/** The accent of the light scheme. */
declare const ACCENT: string;
/** The tokens and ui/styles.css. */
declare const WIDGET_CSS: string;
/** ui/later.css. */
declare const LATER_CSS: string;
/** ui/badge.css. */
declare const BADGE_CSS: string;
declare const VERSION: string;
