/**
 * Names that only files of one build share: they become single letters. None is stored, sent, or
 * known to the page or to embed.js.
 */
export const INTERNAL = new RegExp(
  `^(${[
    ...["isAtBottom", "inFlight", "isWhole", "needsSession", "joinAndLeave", "typingUntil"],
    ...["newAfter", "giveScreenBack", "hasPaused", "clockOffsetMs", "hasRenewed", "isWanted"],
    ...["takesFocus", "mayHurry", "wantedRoom", "visitorChanged", "seenSent", "isBrief"],
    ...["isFirstNew", "startsDay", "hasHead", "isMine", "isLast", "wasAnswered", "lastedMs"],
    ...["afterMs", "waitMs", "holders", "slugOf", "setVisitor", "canSwitch", "unreadMore"],
    ...["canRetry", "addStyles", "onPress", "setActive", "backlog", "isOffline", "snapshot"],
    ...["dispatch", "synced", "together", "notBefore", "otherTabSince", "paging", "skipped"],
    ...["effects", "refresh", "isDialog", "unfolds", "joining", "changed"],
  ].join("|")})$`,
);
